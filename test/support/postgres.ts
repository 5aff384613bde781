import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { inject } from 'vitest'
import {
  type Database,
  migrate,
  openDatabase,
  openPool,
  type PostgresAddress,
} from '../../src/store/database.ts'
import { withClient } from '../../src/store/pool.ts'
import { afterThisFile } from './clean-up.ts'

export interface FreshDatabase {
  address: PostgresAddress
  pool: pg.Pool
  database: Database
}

/**
 * A new, migrated database on the PostgreSQL of this run, dropped after the test file. `name` is for people who look
 * at the server: letters, digits, `_`. `partitions` is what `DATABASE_PARTITIONS` says.
 */
export async function freshDatabase(name: string, { partitions = 1 } = {}): Promise<FreshDatabase> {
  const fresh = await emptyDatabase(name)
  await migrate(fresh.database, { partitions })
  return fresh
}

/** As `freshDatabase`, without tables. */
export async function emptyDatabase(name: string): Promise<FreshDatabase> {
  const server = inject('postgres')
  const databaseName = `test_${name}_${randomBytes(4).toString('hex')}`.toLowerCase()
  await runOn(server, `create database "${databaseName}"`)
  const address = withDatabase(server, databaseName)
  const pool = openPool(address)
  afterThisFile(async () => {
    if (!pool.ended) await pool.end()
    await runOn(server, `drop database if exists "${databaseName}" with (force)`)
  })
  return { address, pool, database: openDatabase(pool) }
}

function withDatabase(server: PostgresAddress, database: string): PostgresAddress {
  if (!('connectionString' in server)) return { ...server, database }
  const url = new URL(server.connectionString)
  url.pathname = `/${database}`
  return { connectionString: url.href }
}

async function runOn(server: PostgresAddress, sql: string): Promise<void> {
  await withClient(server, (client) => client.query(sql))
}
