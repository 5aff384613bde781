import { Migrator } from 'kysely/migration'
import { beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../src/store/database.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { syncStore } from '../../src/store/sync.ts'
import { LAYOUTS } from '../support/layouts.ts'
import { emptyDatabase } from '../support/postgres.ts'
import { KEYS } from '../support/sync-deps.ts'
import { customer, segmentId } from '../support/translated.ts'

const AT = '2026-05-01T00:00:00Z'
const MET = '2026-05-02T03:04:05.678Z'
const house = customer('a', ['a1'], ['2026-01-01', '2026-01-02'])

/** Tables of which a migration must change nothing. */
const KEPT = [
  'clients',
  'credentials',
  'access_tokens',
  'refresh_tokens',
  'token_families',
  'utility_authorizations',
] as const

/** Two clients share one authorization; others were withdrawn, or wait for a sign-in. */
const AUTHORIZATIONS = [
  ['ua_a', 'active', `'\\x01'`],
  ['ua_unused', 'active', `'\\x01'`],
  ['ua_withdrawn', 'withdrawn', 'null'],
  ['ua_sign_in', 'sign_in_needed', `'\\x01'`],
] as const
const GRANTS = [
  ['g_active', 'c_1', 'ua_a', 'active'],
  ['g_delayed', 'c_2', 'ua_a', 'delayed'],
  ['g_revoked', 'c_2', 'ua_a', 'revoked'],
  ['g_sign_in', 'c_1', 'ua_sign_in', 'delayed'],
  ['g_withdrawn', 'c_1', 'ua_withdrawn', 'stopped'],
] as const
/** Table, kind in `seen_through`, id, and the columns of its own. */
const OBJECTS = [
  ['accounts', 'account', 'acc-a', {}],
  [
    'service_contracts',
    'service_contract',
    'con-a1',
    { account_id: 'acc-a', contract_status: 'active', contract_types: '{}', service_types: '{}' },
  ],
  [
    'service_points',
    'service_point',
    'sp-a1',
    { current_servicecontracts: '{}', previous_servicecontracts: '{}', premise_numbers: '{}' },
  ],
  ['meter_devices', 'meter_device', 'm-a1', { current_servicepoints: '{}', previous_servicepoints: '{}' }],
] as const

function* accessRows(): Generator<string> {
  for (const id of ['c_1', 'c_2'])
    yield `insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
      authorization_details_types, contacts, status, status_options, created, modified)
      values ('${id}', 'r_1', 's', 'n', '{}', '{}', '{}', '{}', '{}', 'production', '{}', '${AT}', '${AT}')`
  yield `insert into credentials values ('cr_1', 'c_1', '\\x01', null, '${AT}', '${AT}')`
  for (const [id, status, token] of AUTHORIZATIONS)
    yield `insert into utility_authorizations (id, utility_id, environment, status, scope, access_token_sealed, created_at,
      modified_at) values ('${id}', 'u', 'sandbox', '${status}', 'FB=4', ${token}, '${AT}', '${AT}')`
  for (const [id, client, authorization, status] of GRANTS)
    yield `insert into grants (grant_id, client_id, scope, authorization_details, status, enabled_scope,
      enabled_authorization_details, receipt_confirmations, states, replacing, replaced_by, children,
      utility_authorization_ids, selection, created, modified)
      values ('${id}', '${client}', 's', '[]', '${status}', 's', '[]', '{}', '{}', '{}', '{}', '{}',
        '{${authorization}}', '{}', '${AT}', '${AT}')`
  yield `insert into token_families (family_id, client_id, created) values ('f_1', 'c_1', '${AT}')`
  yield `insert into access_tokens values ('\\x01', 'c_1', 'cr_1', 'customer_data', 's', '[]', '{g_active}', 'f_1', '${AT}', '${AT}')`
  yield `insert into refresh_tokens values ('\\x02', 'c_1', 'cr_1', '{g_active}', 'f_1', '${AT}', null, null)`
}

function* dataRows(): Generator<string> {
  for (const [table, kind, id, own] of OBJECTS) {
    const columns = {
      id,
      utility_id: 'u',
      body: '{}',
      content_hash: '\\x00',
      created: MET,
      modified: MET,
      synced: MET,
      ...own,
    }
    const values = Object.values(columns).map((value) => `'${value}'`)
    yield `insert into ${table} (${Object.keys(columns)}) values (${values})`
    for (const authorization of ['ua_a', 'ua_withdrawn'])
      yield `insert into seen_through values ('${authorization}', '${kind}', '${id}')`
  }
  yield `insert into usage_segments (id, utility_id, service_point_id, meter_device_ids, segment_start, segment_end,
    interval_seconds, formats, segment_values, value_count, content_hash, created, modified, synced)
    values ('${segmentId('seg-a1-2026-01-01')}', 'u', 'sp-a1', '{}', '2026-01-01', '2026-01-02', '3600', '[]', '\\x00', 24,
      '\\x00', '${MET}', '${MET}', '${MET}')`
  yield `insert into espi_context values ('ua_a', 'usage', 'k', '{}')`
  for (const authorization of ['ua_a', 'ua_withdrawn', 'ua_sign_in'])
    yield `insert into sync_runs (id, utility_authorization_id, utility_id, kind, status, history_from, started_at,
      finished_at, eta) values ('${authorization}.old', '${authorization}', 'u', 'sync', 'done', '${AT}', '${AT}', '${AT}', '${AT}')`
  yield `insert into sync_runs (id, utility_authorization_id, utility_id, kind, status, history_from, started_at, eta)
    values ('ua_a.running', 'ua_a', 'u', 'sync', 'running', '${AT}', '${AT}', '${AT}')`
}

describe.each(LAYOUTS)(
  '0007 on $layout, from a database whose customer data were shared',
  async ({ partitions }) => {
    const { database, pool } = await emptyDatabase('migration_0007')
    const sync = syncStore(database, KEYS)
    const rows = async (text: string): Promise<Record<string, unknown>[]> => (await pool.query(text)).rows
    const kept = () =>
      Promise.all(KEPT.map((table) => rows(`select to_jsonb(t) as row from ${table} t order by 1`)))
    const before: { kept: unknown; grants: unknown[] } = { kept: undefined, grants: [] }
    const unmoved = `select grant_id, client_id, scope, authorization_details, utility_authorization_ids, selection, created
    from grants order by grant_id`

    beforeAll(async () => {
      const provider = { getMigrations: async () => migrations(partitions) }
      const { error } = await new Migrator({ db: database, provider }).migrateTo(
        '0006-token-families-and-limits',
      )
      if (error) throw error
      for (const text of [...accessRows(), ...dataRows()]) await pool.query(text)
      before.kept = await kept()
      expect(before.kept).not.toContainEqual([])
      before.grants = await rows(unmoved)
      await migrate(database, { partitions })
    })

    it('keeps registrations, clients, tokens, authorizations and what grants give', async () => {
      expect(await kept()).toEqual(before.kept)
      expect(await rows(unmoved)).toEqual(before.grants)
    })

    it('writes a run for each authorization that a grant can still see, and none for others', async () => {
      expect(await rows('select id, utility_authorization_id, status, planned from sync_runs')).toEqual([
        { id: 'ua_a.again', utility_authorization_id: 'ua_a', status: 'running', planned: false },
      ])
      const overdue = await sync.takeOverdue('u', new Date(Date.now() + 1000), 10)
      expect(overdue).toEqual([{ runId: 'ua_a.again', step: 'plan' }])
    })

    it('lets grants wait for it with an eta, and leaves those that no run will move', async () => {
      expect(await rows(`select grant_id, status, eta > now() as waits from grants order by 1`)).toEqual([
        { grant_id: 'g_active', status: 'pending', waits: true },
        { grant_id: 'g_delayed', status: 'pending', waits: true },
        { grant_id: 'g_revoked', status: 'revoked', waits: null },
        { grant_id: 'g_sign_in', status: 'delayed', waits: null },
        { grant_id: 'g_withdrawn', status: 'stopped', waits: null },
      ])
    })

    it('gives what is fetched again the ids and the cds_created of before, and what is new its own', async () => {
      const at = new Date('2026-06-01T00:00:00Z')
      const ids = { utilityAuthorizationId: 'ua_a', utilityId: 'u' } as Parameters<
        typeof sync.replaceWindow
      >[0]
      const window = { purpose: 'usage', from: new Date('2026-01-01'), to: new Date('2026-02-01') } as const
      await sync.planRun('ua_a.again', { historyFrom: at, windows: [window], at, eta: at })
      await sync.replaceWindow({
        ...ids,
        window: { ...window, runId: 'ua_a.again', number: 0, status: 'waiting' },
        ...{ timezone: 'UTC', translated: house, context: [], bytes: 1n, at },
      })
      await sync.finishRun('ua_a.again', at)
      const met = new Date(MET)
      expect(await rows('select kind, id, created from customer_objects order by kind')).toEqual([
        { kind: 'accounts', id: 'acc-a', created: met },
        { kind: 'meter_devices', id: 'm-a1', created: met },
        { kind: 'service_contracts', id: 'con-a1', created: met },
        { kind: 'service_points', id: 'sp-a1', created: met },
      ])
      expect(
        await rows(
          `select replace(id::text, '-', '') as id, created from usage_segments order by segment_start`,
        ),
      ).toEqual([
        { id: segmentId('seg-a1-2026-01-01'), created: met },
        { id: segmentId('seg-a1-2026-01-02'), created: at },
      ])
      expect(await rows('select distinct utility_authorization_id from earlier_created')).toEqual([])
    })
  },
)
