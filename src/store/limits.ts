import { createHmac } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { OpenLimit } from '../oauth/limits.ts'
import type { Database } from './database.ts'

const HOUR_SECONDS = 3600

/**
 * Limits that all processes share. A key is kept as its HMAC: the table names no address, no client and no username. Once a limit is
 * reached, this process refuses from memory until the hour is over, except where a success clears the count.
 */
export function limitStore(database: Database, hashKey: Uint8Array): OpenLimit {
  return (name, perHour, options = {}) => {
    const limiter = new RateLimiterPostgres({
      storeClient: clientOf(database),
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: '',
      points: perHour,
      duration: HOUR_SECONDS,
      ...(options.clears ? {} : { inMemoryBlockOnConsumed: perHour }),
    })
    const toKey = (parts: readonly string[]) =>
      createHmac('sha256', hashKey)
        .update(JSON.stringify([name, ...parts]))
        .digest('base64url')
    return {
      async count(...parts) {
        try {
          await limiter.consume(toKey(parts))
          return undefined
        } catch (rejected) {
          if (!(rejected instanceof RateLimiterRes)) throw rejected
          return rejected.msBeforeNext
        }
      },
      async clear(...parts) {
        await limiter.delete(toKey(parts))
      },
    }
  }
}

/**
 * The limiter's queries over our pool. Their names are dropped: prepared statements do not survive a pooler that gives every
 * transaction another connection.
 */
function clientOf(database: Database) {
  return {
    async query({ text, values = [] }: { text: string; values?: unknown[] }) {
      const { rows, numAffectedRows } = await database.executeQuery(CompiledQuery.raw(text, values))
      return { rows, rowCount: Number(numAffectedRows ?? rows.length) }
    },
  }
}
