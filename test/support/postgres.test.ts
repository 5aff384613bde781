import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { emptyDatabase, freshDatabase } from './postgres.ts'

const one = await freshDatabase('one')
const other = await emptyDatabase('other')

describe('freshDatabase', () => {
  it('gives a real PostgreSQL with the migrated schema', async () => {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where tablename like 'kysely%' order by 1`.execute(one.database)
    expect(rows.map(({ name }) => name)).toEqual(['kysely_migration', 'kysely_migration_lock'])
  })

  it('keeps test files apart: each has a database of its own', async () => {
    await one.pool.query('create table only_here (id int)')
    await expect(other.pool.query('select from only_here')).rejects.toThrow('does not exist')
  })

  it('gives bigint columns as bigint, never as a float', async () => {
    const { rows } = await one.pool.query('select 9007199254740993::bigint as n')
    expect(rows).toEqual([{ n: 9007199254740993n }])
  })
})
