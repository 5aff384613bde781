import type pg from 'pg'
import { describe, expect, it } from 'vitest'
import { openPool, openQueuePool } from '../../src/store/database.ts'
import { isUnavailable } from '../../src/store/database-errors.ts'
import { withClient } from '../../src/store/pool.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { emptyDatabase } from '../support/postgres.ts'

const { address } = await emptyDatabase('pool')

/** Ends a connection as an operator or a failover does. */
async function terminate(pid: number): Promise<void> {
  await withClient(address, (client) => client.query('select pg_terminate_backend($1)', [pid]))
}

async function pidOf(client: pg.PoolClient): Promise<number> {
  return Number((await client.query('select pg_backend_pid() as pid')).rows[0].pid)
}

/** vitest fails a run in which an error reached the process: these tests need no more than that and the pool's further use. */
describe.each([
  { what: 'openPool', open: (onLost: () => void) => openPool(address, 2, { onLost }) },
  {
    what: 'openQueuePool',
    open: (onLost: () => void) => openQueuePool(address, 'public', { max: 2, onLost }),
  },
])('a connection of $what that PostgreSQL ends', ({ open }) => {
  function openHere() {
    const seen = { lost: 0 }
    const pool = open(() => void seen.lost++)
    afterThisFile(() => pool.end())
    return { pool, seen }
  }

  it('in a transaction fails the next query as a passing fault, and no more', async () => {
    const { pool, seen } = openHere()
    const client = await pool.connect()
    await client.query('begin')
    await terminate(await pidOf(client))
    await expect.poll(() => seen.lost).toBe(1)
    const failure = await client.query('select 1').catch((error: unknown) => error)
    expect(isUnavailable(failure)).toBe(true)
    client.release()
    expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }])
  })

  it('in a query fails that query as a passing fault, and no more', async () => {
    const { pool, seen } = openHere()
    const client = await pool.connect()
    const pid = await pidOf(client)
    const running = client.query('select pg_sleep(60)').catch((error: unknown) => error)
    await terminate(pid)
    expect(isUnavailable(await running)).toBe(true)
    await expect.poll(() => seen.lost).toBe(1)
    client.release()
    expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }])
  })

  it('while it idles is forgotten', async () => {
    const { pool, seen } = openHere()
    const client = await pool.connect()
    const pid = await pidOf(client)
    client.release()
    await terminate(pid)
    await expect.poll(() => seen.lost).toBe(1)
    expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }])
  })
})

describe('openPool', () => {
  it('lets nobody wait for a connection for ever', async () => {
    const pool = openPool(address, 1, { connectionTimeoutMillis: 100 })
    afterThisFile(() => pool.end())
    const client = await pool.connect()
    const failure = await pool.query('select 1').catch((error: unknown) => error)
    expect(isUnavailable(failure)).toBe(true)
    client.release()
    const patient = openPool(address, 1)
    afterThisFile(() => patient.end())
    expect(patient.options.connectionTimeoutMillis).toBe(5000)
    const { rows } = await patient.query(
      `select setting from pg_settings where name = 'idle_in_transaction_session_timeout'`,
    )
    expect(rows).toEqual([{ setting: '60000' }])
  })
})

describe('isUnavailable', () => {
  it.each([
    'ECONNREFUSED',
    'EPIPE',
    'ENOENT',
    '57P01',
    '57P03',
    '53300',
    '08006',
    '40001',
    '40P01',
    '25P03',
    '25006',
  ])('%s may pass', (code) => expect(isUnavailable(Object.assign(new Error('x'), { code }))).toBe(true))

  it.each(['23505', '42P01', '28P01', '22021', 'ERR_INVALID_ARG_TYPE'])('%s does not', (code) =>
    expect(isUnavailable(Object.assign(new Error('Connection terminated'), { code }))).toBe(false),
  )

  it('knows what the driver says without a code, and nothing of others', () => {
    expect(isUnavailable(new Error('Connection terminated unexpectedly'))).toBe(true)
    expect(isUnavailable(new Error('timeout exceeded when trying to connect'))).toBe(true)
    expect(isUnavailable(new TypeError('x is not a function'))).toBe(false)
    expect(isUnavailable('Connection terminated')).toBe(false)
  })
})
