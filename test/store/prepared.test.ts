import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openDatabase, openPool } from '../../src/store/database.ts'
import { isUnavailable } from '../../src/store/database-errors.ts'
import { withClient } from '../../src/store/pool.ts'
import { preparing } from '../../src/store/prepared.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { emptyDatabase } from '../support/postgres.ts'

const { address } = await emptyDatabase('prepared')

/** One connection, so that what was prepared is found again. */
function openHere(options: { prepares?: boolean } = {}) {
  const pool = openPool(address, 1)
  afterThisFile(() => pool.end())
  const listed = async () => {
    const { rows } = await pool.query(
      'select statement, generic_plans + custom_plans as runs from pg_prepared_statements order by 1',
    )
    return rows.map(({ statement, runs }) => [statement, Number(runs)])
  }
  return { pool, database: openDatabase(pool, options), listed }
}

describe('openDatabase', () => {
  it('prepares a statement with parameters once for each connection, and runs it again', async () => {
    const { database, listed } = openHere()
    for (const value of [1, 2, 3]) await sql`select ${value}::int + 1 as next`.execute(database)
    await sql`select 1 as one`.execute(database)
    expect(await listed()).toEqual([['select $1::int + 1 as next', 3]])
  })

  it('prepares nothing when it is told so', async () => {
    const { database, listed } = openHere({ prepares: false })
    const { rows } = await sql<{ next: number }>`select ${1}::int + 1 as next`.execute(database)
    expect(rows).toEqual([{ next: 2 }])
    expect(await listed()).toEqual([])
  })

  it('prepares no text that was put together for one request', async () => {
    const { database, listed } = openHere()
    const many = Array.from({ length: 3000 }, (_, index) => sql`${index}::int`)
    await sql`select ${sql.join(many, sql` + `)} as sum`.execute(database)
    expect(await listed()).toEqual([])
  })

  it('prepares anew on the connection that replaces a lost one', async () => {
    const { pool, database, listed } = openHere()
    const ask = () => sql<{ pid: number }>`select pg_backend_pid() as pid where ${true}`.execute(database)
    const [first] = (await ask()).rows
    await withClient(address, (client) => client.query('select pg_terminate_backend($1)', [first!.pid]))
    await expect.poll(() => pool.totalCount).toBe(0)
    const [second] = (await ask()).rows
    expect(second!.pid).not.toBe(first!.pid)
    expect(await listed()).toEqual([['select pg_backend_pid() as pid where $1', 1]])
  })
})

it('a connection that holds as many statements as it may is replaced when it is given back', async () => {
  const pool = openPool(address, 1)
  afterThisFile(() => pool.end())
  const prepares = preparing(pool, 3)
  const counts: unknown[] = []
  for (let round = 0; round < 8; round++) {
    const client = await prepares.connect()
    await client.query(`select $1::int + ${round}`, [1])
    const { rows } = await client.query<{ count: bigint }>('select count(*) from pg_prepared_statements', [])
    counts.push(rows[0]!.count)
    client.release()
  }
  expect(counts).toEqual([1n, 2n, 3n, 1n, 2n, 3n, 1n, 2n])
})

describe('a statement that a migration has given other columns', () => {
  async function addColumn(table: string): Promise<void> {
    await withClient(address, (client) => client.query(`alter table ${table} add column b int default 2`))
  }

  it('is answered all the same, with the new ones', async () => {
    const { pool, database } = openHere()
    await pool.query('create table migrated (a int)')
    await pool.query('insert into migrated values (1)')
    const ask = () => sql`select * from migrated where a = ${1}`.execute(database)
    expect((await ask()).rows).toEqual([{ a: 1 }])
    await addColumn('migrated')
    expect((await ask()).rows).toEqual([{ a: 1, b: 2 }])
    expect((await ask()).rows).toEqual([{ a: 1, b: 2 }])
  })

  it('fails its transaction as a passing fault, and the next succeeds', async () => {
    const { pool, database } = openHere()
    await pool.query('create table migrated_within (a int)')
    const ask = () =>
      database
        .transaction()
        .execute((transaction) => sql`select * from migrated_within where a = ${1}`.execute(transaction))
    await ask()
    await addColumn('migrated_within')
    expect(isUnavailable(await ask().catch((error: unknown) => error))).toBe(true)
    expect((await ask()).rows).toEqual([])
  })
})
