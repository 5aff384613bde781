import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { migrations } from './migrations/index.ts'
import { newPool, type PoolOptions, type PostgresAddress } from './pool.ts'
import { preparing } from './prepared.ts'
import type { Tables } from './schema.ts'

export type { PostgresAddress } from './pool.ts'
export type Database = Kysely<Tables>

/**
 * A pool of connections. `bigint` columns arrive as bigint and `json` as its text: no number of a utility is turned into
 * a float on the way (timestamps are `timestamptz`, they arrive as Date).
 */
export function openPool(address: PostgresAddress, max = 10, options: PoolOptions = {}): pg.Pool {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, BigInt)
  types.setTypeParser(pg.types.builtins.JSON, (text) => text)
  types.setTypeParser(pg.types.builtins.JSONB, (text) => text)
  return newPool({ ...address, max, types, ...options })
}

/**
 * A pool for listings of customer data. Their statements are large and their parameters do not change how they are best executed: planned once
 * on each connection they take a third of the time. They read what lies behind an index whatever is asked (`listing-plans.test.ts`).
 */
export function openListingPool(address: PostgresAddress, max: number, options: PoolOptions = {}): pg.Pool {
  return openPool(address, max, { ...options, options: '-c plan_cache_mode=force_generic_plan -c jit=off' })
}

/**
 * A pool for BullMQ: it reads its own tables with `pg`'s ordinary types, and finds them by `search_path`. Two connections for
 * each queue and worker.
 */
export function openQueuePool(
  address: PostgresAddress,
  schema: string,
  { max, onLost }: { max: number } & Pick<PoolOptions, 'onLost'>,
): pg.Pool {
  const options = `-c search_path=${schema}`
  const pool = newPool({ ...address, max, onLost, application_name: 'gbcds queue', options })
  // Every queue and worker listens on it.
  pool.setMaxListeners(0)
  return pool
}

/** The tables over a pool; `prepares` is off where a pooler in between cannot keep prepared statements (docs/operations.md). */
export function openDatabase(pool: pg.Pool, { prepares = true } = {}): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: prepares ? preparing(pool) : pool }) })
}

/**
 * Brings the schema up to date. Safe to call from several processes at once: kysely takes a lock. `partitions` counts when the tables are
 * made, and changes nothing of those that are there.
 */
export async function migrate(database: Database, { partitions = 1 } = {}): Promise<void> {
  const provider = { getMigrations: async () => migrations(partitions) }
  const migrator = new Migrator({ db: database, provider })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

/** When the database was first migrated: the server exists since then. */
export async function firstMigratedAt(database: Database): Promise<Date> {
  const { rows } = await sql<{ at: string }>`select min(timestamp) as at from kysely_migration`.execute(
    database,
  )
  const at = rows[0]?.at
  if (!at) throw new Error('a database that was never migrated')
  return new Date(at)
}
