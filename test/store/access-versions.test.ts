import { Migrator } from 'kysely/migration'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StaleAccessError } from '../../src/oauth/errors.ts'
import type { ClientId } from '../../src/shared/ids.ts'
import { checkGate } from '../../src/store/access-gate.ts'
import { migrate } from '../../src/store/database.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { withClient } from '../../src/store/pool.ts'
import { emptyDatabase, type FreshDatabase, freshDatabase } from '../support/postgres.ts'

const AT = `'2026-06-01T00:00:00Z'`

/** Two registrations of two clients each, a grant and a token of each client; the first has another grant. */
const clients = ['c_1', 'c_2', 'c_3', 'c_4'] as const
async function fill(run: (sql: string) => Promise<unknown>): Promise<void> {
  await run(`insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
      authorization_details_types, contacts, status, status_options, created, modified)
    select 'c_' || n, 'r_' || (n + 1) / 2, 'cds_usage', 'n', '{}', '{}', '{}', '{}', '{}', 'sandbox', '{}', ${AT}, ${AT}
    from generate_series(1, 4) n`)
  await run(`insert into grants (grant_id, client_id, scope, authorization_details, status, enabled_scope,
      enabled_authorization_details, receipt_confirmations, states, replacing, replaced_by, children,
      utility_authorization_ids, selection, created, modified)
    select 'g_' || n, 'c_' || (n - 1) % 4 + 1, 'cds_usage', '[]', 'active', 'cds_usage', '[]', '{}', '{}', '{}', '{}', '{}', '{ua_1}',
      '"all"', ${AT}, ${AT} from generate_series(1, 5) n`)
  await run(newTokens)
}
const newTokens = `insert into access_tokens (hash, client_id, credential_id, kind, scope, authorization_details, grant_ids, issued_at, expires_at)
  select gen_random_uuid()::text::bytea, 'c_' || n, 'cr', 'customer_data', 'cds_usage', '[]', array['g_' || n], ${AT}, ${AT}
  from generate_series(1, 4) n`

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase('access_versions')
  await fill((sql) => fresh.pool.query(sql))
})

async function versions(): Promise<Map<string, bigint>> {
  const { rows } = await fresh.pool.query('select client_id, version from access_versions')
  return new Map(rows.map(({ client_id, version }) => [client_id, version]))
}

/** The clients whose versions are others than before. */
async function movedBy(run: () => Promise<unknown>): Promise<string[]> {
  const before = await versions()
  await run()
  const after = await versions()
  return clients.filter((id) => before.get(id) !== after.get(id))
}
const moved = (sql: string) => movedBy(() => fresh.pool.query(sql))

describe('the version moves, for the clients concerned alone,', () => {
  beforeEach(() => fresh.pool.query(newTokens))

  it.each([
    ['the status of a client', `update clients set status = 'disabled' where client_id = 'c_1'`],
    ['the scope of a client', `update clients set scope = 'cds_rate_plan' where client_id = 'c_1'`],
    ['the status of a grant', `update grants set status = 'suspended' where grant_id = 'g_1'`],
    ['the scope of a grant', `update grants set scope = '' where grant_id = 'g_1'`],
    ['its enabled scope', `update grants set enabled_scope = '' where grant_id = 'g_1'`],
    ['its details', `update grants set authorization_details = '[{}]' where grant_id = 'g_1'`],
    [
      'its enabled details',
      `update grants set enabled_authorization_details = '[{}]' where grant_id = 'g_1'`,
    ],
    ['its selection', `update grants set selection = '"some"' where grant_id = 'g_1'`],
    ['its authorizations', `update grants set utility_authorization_ids = '{}' where grant_id = 'g_1'`],
    ['when it begins', `update grants set not_before = ${AT} where grant_id = 'g_1'`],
    ['when it ends', `update grants set expires = ${AT} where grant_id = 'g_1'`],
    ['that it is there', `delete from grants where grant_id = 'g_5'`],
  ])('with %s, in the whole registration (CDS-WG1-02 §3.3.2 #scopes-grant-admin)', async (_what, sql) => {
    expect(await moved(sql)).toEqual(['c_1', 'c_2'])
  })

  it.each([
    ['a token that is deleted', `delete from access_tokens where client_id = 'c_3'`],
    ['a token that is changed', `update access_tokens set grant_ids = '{}' where client_id = 'c_3'`],
    ['a link that is made', `insert into client_utility_authorizations values ('c_3', 'ua_1', ${AT})`],
    ['a link that is changed', `update client_utility_authorizations set utility_authorization_id = 'ua_2'`],
    ['a link that is deleted', `delete from client_utility_authorizations`],
  ])('with %s, of its client', async (_what, sql) => {
    expect(await moved(sql)).toEqual(['c_3'])
  })

  it.each([
    ['a token that is new', newTokens],
    ['what a grant does not open', `update grants set eta = ${AT}, modified = now(), states = '{s}'`],
    ['what is written as it was', `update grants set status = status`],
    ['the use of a client', `update clients set used_at = now(), modified = now(), client_name = 'm'`],
  ])('and not with %s', async (_what, sql) => {
    expect(await moved(sql)).toEqual([])
  })
})

it('the versions of all move with a table that is emptied at once', async () => {
  await withClient(fresh.address, async (client) => {
    for (const table of ['access_tokens', 'grants']) {
      await client.query('begin')
      await client.query(`truncate ${table} cascade`)
      await client.query('set constraints all immediate')
      const { rows } = await client.query(
        `select count(*)::int as moved from access_versions where version = pg_current_xact_id()::text::bigint`,
      )
      expect(rows).toEqual([{ moved: clients.length }])
      await client.query('rollback')
    }
  })
})

describe('a transaction', () => {
  it('moves versions when it commits, and not when it rolls back', async () => {
    const close = `update grants set status = 'closed' where grant_id = 'g_3'`
    await withClient(fresh.address, async (client) => {
      await client.query('begin')
      await client.query(close)
      expect(await movedBy(() => client.query('rollback'))).toEqual([])
      await client.query('begin')
      expect(await movedBy(() => client.query(close))).toEqual([])
      expect(await movedBy(() => client.query('commit'))).toEqual(['c_3', 'c_4'])
    })
    const { rows } = await fresh.pool.query('select * from access_changes')
    expect(rows).toEqual([])
  })

  it('waits for no other over versions before its end: two that change the same clients in turn both commit', async () => {
    const toggle = (id: string) =>
      `update grants set status = case status when 'active' then 'partial' else 'active' end where grant_id = '${id}'`
    const inTurn = (...ids: string[]) =>
      withClient(fresh.address, async (client) => {
        for (let round = 0; round < 40; round++) {
          await client.query('begin')
          for (const id of ids) await client.query(toggle(id))
          await client.query('commit')
        }
      })
    await expect(Promise.all([inTurn('g_4', 'g_2'), inTurn('g_1', 'g_3')])).resolves.toHaveLength(2)
  }, 30_000)
})

describe('checkGate', () => {
  it('throws when the version has moved, or the client is gone', async () => {
    const clientId = 'c_4' as ClientId
    const gate = { clientId, version: (await versions()).get(clientId)! }
    await expect(checkGate(fresh.database, gate)).resolves.toBeUndefined()
    await fresh.pool.query(`delete from access_tokens where client_id = 'c_4'`)
    await fresh.pool.query(newTokens)
    await fresh.pool.query(`delete from access_tokens where client_id = 'c_4'`)
    await expect(checkGate(fresh.database, gate)).rejects.toThrow(StaleAccessError)
    await fresh.pool.query(`delete from grants where client_id = 'c_4'`)
    await fresh.pool.query(`delete from clients where client_id = 'c_4'`)
    await expect(checkGate(fresh.database, gate)).rejects.toThrow(StaleAccessError)
    expect((await versions()).has(clientId)).toBe(false)
  })
})

it('clients that were there before the migration have a version', async () => {
  const { database, pool } = await emptyDatabase('migration_0009')
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations(1) } })
  const { error } = await migrator.migrateTo('0006-token-families-and-limits')
  expect(error).toBeUndefined()
  await fill((sql) => pool.query(sql))
  await migrate(database)
  const { rows } = await pool.query('select client_id from access_versions order by 1')
  expect(rows.map(({ client_id }) => client_id)).toEqual([...clients])
})
