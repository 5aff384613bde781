import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { migrations } from './migrations/index.ts'
import type { Tables } from './schema.ts'

export type Database = Kysely<Tables>

/** Where PostgreSQL is: a URL, or the socket folder of the embedded server. */
export type PostgresAddress =
  | { connectionString: string }
  | { host: string; database: string; user: string; port: number }

/**
 * A pool of connections. `bigint` columns arrive as bigint and `json` as its text: no number of a utility is turned into
 * a float on the way (timestamps are `timestamptz`, they arrive as Date).
 */
export function openPool(address: PostgresAddress, max = 10, options: pg.PoolConfig = {}): pg.Pool {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, BigInt)
  types.setTypeParser(pg.types.builtins.JSON, (text) => text)
  types.setTypeParser(pg.types.builtins.JSONB, (text) => text)
  return new pg.Pool({ ...address, max, types, keepAlive: true, application_name: 'gbcds', ...options })
}

/**
 * A pool for BullMQ: it reads its own tables with `pg`'s ordinary types, and finds them by `search_path`. Two connections for
 * each queue and worker.
 */
export function openQueuePool(address: PostgresAddress, schema: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    ...address,
    max,
    keepAlive: true,
    application_name: 'gbcds queue',
    options: `-c search_path=${schema}`,
  })
  // Every queue and worker listens on it.
  pool.setMaxListeners(0)
  return pool
}

export function openDatabase(pool: pg.Pool): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

/** Brings the schema up to date. Safe to call from several processes at once: kysely takes a lock. */
export async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } })
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
