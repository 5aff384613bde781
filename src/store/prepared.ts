import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { isOutdatedPlan } from './database-errors.ts'

/** Statements of one connection that have a name: PostgreSQL keeps each, with its plans, until the connection ends. */
const MOST_NAMES = 300
/** A longer text was put together for one request; nobody sends it again. */
const LONGEST_TEXT = 32_768

/**
 * The pool as kysely uses it: statements with parameters are prepared by name on each connection, once, and are neither parsed nor, mostly,
 * planned again. A connection that holds too many is replaced when it is given back.
 */
export function preparing(pool: pg.Pool, mostNames = MOST_NAMES): PostgresPool {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const known = wrapped.get(client) ?? preparingClient(client, mostNames)
      wrapped.set(client, known)
      return known
    },
  }
}

function preparingClient(client: pg.PoolClient, mostNames: number): PostgresPoolClient {
  const names = new Map<string, string>()
  let isOutdated = false

  const run = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    const unnamed = () => client.query(text, [...values])
    if (values.length === 0 || text.length > LONGEST_TEXT || isOutdated) return unnamed()
    const name = names.get(text) ?? toName(text)
    names.set(text, name)
    try {
      return await client.query({ name, text, values: [...values] })
    } catch (error) {
      if (!isOutdatedPlan(error)) throw error
      isOutdated = true
      if (client.getTransactionStatus() !== 'I') throw error
      return unnamed()
    }
  }

  return {
    query: run as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || isOutdated || names.size >= mostNames),
  }
}

/** The same text has the same name on every connection, so a pooler in between can share it. */
function toName(text: string): string {
  return `gbcds_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
}
