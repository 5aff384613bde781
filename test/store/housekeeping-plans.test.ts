import { Kysely, PostgresDialect } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import type { Database } from '../../src/store/database.ts'
import { dutyStore } from '../../src/store/duties.ts'
import { grantStore } from '../../src/store/grants.ts'
import { withClient } from '../../src/store/pool.ts'
import { purgeOauth } from '../../src/store/purge-oauth.ts'
import { purgeSync } from '../../src/store/purge-sync.ts'
import type { Tables } from '../../src/store/schema.ts'
import { syncStore } from '../../src/store/sync.ts'
import { unusedAuthorizations } from '../../src/store/unused-authorizations.ts'
import { utilityAuthorizationStore } from '../../src/store/utility-authorizations.ts'
import { syncedStatuses } from '../../src/sync/grant-keeper.ts'
import { freshDatabase } from '../support/postgres.ts'
import { KEYS } from '../support/sync-deps.ts'

const ROWS = 100_000
/** So many have ended, in each table. */
const ENDED = 20
const DAY_MS = 86_400_000
const NOW = '2026-06-20T00:00:00Z'

type Id = UtilityAuthorizationId
/** The authorizations that a round looks at together. */
const PAGE = Array.from({ length: 500 }, (_, n) => `ua_${n + 50_000}` as Id)
const NEVER = { newId: () => PAGE[0]!, sealKeys: KEYS }
const first = async (pages: AsyncIterable<unknown>) => pages[Symbol.asyncIterator]().next()

/** Tables that grow with customers and their history. */
const BIG = new Set([
  'utility_authorizations',
  'client_utility_authorizations',
  'grants',
  'grant_authorizations',
  'sync_runs',
  'raw_feeds',
  'access_tokens',
  'refresh_tokens',
  'authorization_codes',
  'token_families',
  'authorization_requests',
  'messages',
])

/** A node of a plan as `explain (format json)` writes it. */
interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

const FILL = [
  `insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
    authorization_details_types, contacts, status, status_options, created, modified)
   select 'c_' || n, 'r_' || n / 4, '', '', '{}', '{}', '{}', '{}', '{}', 'sandbox', '{}', '2026-01-01', '2026-01-01'
   from generate_series(0, 999) n`,
  `update clients set used_at = '2026-05-01'`,
  `insert into utility_authorizations (id, utility_id, environment, status, scope, created_at, modified_at, access_token_sealed)
   select 'ua_' || n, 'u', 'sandbox', 'active', '', timestamptz '2026-01-01' + n * interval '1 s', '2026-01-01', ''
   from generate_series(1, ${ROWS}) n`,
  `insert into grants (grant_id, client_id, scope, authorization_details, status, enabled_scope, enabled_authorization_details,
     receipt_confirmations, states, replacing, replaced_by, children, utility_authorization_ids, selection, created, modified)
   select 'g_' || n, 'c_' || n % 1000, '', '[]', 'active', '', '[]', '{}', '{}', '{}', '{}', '{}', array['ua_' || n], '"all"',
     '2026-02-01', '2026-02-01' from generate_series(1, ${ROWS}) n`,
  `insert into grant_authorizations select 'g_' || n, 'ua_' || n from generate_series(1, ${ROWS}) n`,
  `insert into client_utility_authorizations select 'c_1', 'ua_' || n, '2026-02-01' from generate_series(50000, ${ROWS}) n`,
  `insert into sync_runs (id, utility_authorization_id, utility_id, kind, status, history_from, started_at, finished_at, eta)
   select 'run_' || n, 'ua_' || n, 'u', 'sync', 'done', '2026-01-01', '2026-06-19', '2026-06-19', '2026-06-19'
   from generate_series(1, ${ROWS}) n`,
  `insert into sync_runs (id, utility_authorization_id, utility_id, kind, status, history_from, started_at, finished_at, eta)
   select 'old_' || n, 'ua_' || n, 'u', 'sync', 'done', '2026-01-01', '2026-01-19', '2026-01-19', '2026-06-19'
   from generate_series(1, ${ENDED}) n`,
  `insert into raw_feeds select 'run_' || n, 1, 0, '', case when n > ${ENDED} then timestamptz '2026-07-10' else '2026-06-19' end
   from generate_series(1, ${ROWS}) n`,
  `insert into access_tokens (hash, client_id, credential_id, kind, scope, authorization_details, grant_ids, family_id,
     issued_at, expires_at)
   select decode(md5('a' || n), 'hex'), 'c_1', 'cr', 'customer_data', '', '[]', array['g_' || n], 'f_' || n, '2026-06-20',
     case when n > ${ENDED} then timestamptz '2026-06-21' else '2026-06-19' end from generate_series(1, ${ROWS}) n`,
  `insert into refresh_tokens (hash, client_id, credential_id, grant_ids, family_id, issued_at, expires_at, used_at)
   select decode(md5('r' || n), 'hex'), 'c_1', 'cr', array['g_' || n], 'f_' || n, '2026-02-01', null,
     case when n <= ${ENDED} then timestamptz '2026-03-01' end from generate_series(1, ${ROWS}) n`,
  `insert into authorization_codes select decode(md5('c' || n), 'hex'), 'c_1', '{}', null, null, 'f_' || n,
     case when n > ${ENDED} then timestamptz '2026-06-19' else '2026-02-01' end, null from generate_series(1, ${ROWS}) n`,
  `insert into token_families select 'f_' || n, 'c_1', '2026-02-01', null from generate_series(1, ${ROWS}) n`,
  `insert into authorization_requests (request_id, client_id, redirect_uri, redirect_uri_given, scope, authorization_details,
     browser_hash, created, expires_at)
   select 'q_' || n, 'c_1', '', true, '', '[]', '', '2026-06-19',
     case when n > ${ENDED} then timestamptz '2026-06-20' else '2026-06-01' end from generate_series(1, ${ROWS}) n`,
  `insert into messages (message_id, registration_id, type, read, status, name, description, created, modified)
   select 'm_' || n, 'r_' || n % 250, case when n % 10 = 0 then 'notification' else 'support_request' end, false, 'complete',
     'n', 'd', '2026-06-01', timestamptz '2026-06-01' + n * interval '1 s' from generate_series(1, ${ROWS}) n`,
]

describe(`what housekeeping asks a store of ${ROWS} of each`, async () => {
  const { address, pool } = await freshDatabase('housekeeping')
  const asked: { sql: string; parameters: readonly unknown[] }[] = []
  const listening = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void asked.push({ sql: query.sql, parameters: query.parameters }),
  })
  const clock = fixedClock(NOW)
  beforeAll(async () => {
    // Without triggers, which fill row by row: no authorization is a candidate, as after a round.
    await withClient(address, async (client) => {
      await client.query('set session_replication_role = replica')
      for (const statement of FILL) await client.query(statement)
    })
    await pool.query('vacuum analyze')
    await pool.query(
      `update grants set status = 'closed', modified = '2026-06-15' where right(grant_id, 4) = '1234' or grant_id = 'g_60000'`,
    )
    await pool.query(`update grants set status = 'pending' where right(grant_id, 4) = '4321'`)
    await pool.query(
      `update sync_runs set status = 'running', check_at = '2026-06-19' where right(id, 4) = '5432'`,
    )
  })

  /** The plans of all statements that this sends, with what they read. Nothing of it stays. */
  async function plansOf(run: (db: Database) => Promise<unknown>): Promise<Plan[]> {
    const transaction = await listening.startTransaction().execute()
    asked.length = 0
    await run(transaction)
    await transaction.rollback().execute()
    const plans: Plan[] = []
    for (const statement of asked.slice(0, -1)) plans.push(await explain(statement))
    return plans
  }

  async function explain({
    sql,
    parameters,
  }: {
    sql: string
    parameters: readonly unknown[]
  }): Promise<Plan> {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const { rows } = await client.query(`explain (analyze, format json) ${sql}`, [...parameters])
      return JSON.parse(rows[0]['QUERY PLAN'])[0].Plan
    } finally {
      await client.query('rollback')
      client.release()
    }
  }

  const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
  const scannedBy = (plans: readonly Plan[]) =>
    plans
      .flatMap(nodesOf)
      .filter((node) => node['Node Type'].endsWith('Seq Scan'))
      .flatMap((node) => node['Relation Name'] ?? [])
      .filter((table) => BIG.has(table))
  const readBy = (plans: readonly Plan[]) =>
    plans
      .flatMap(nodesOf)
      .filter((node) => BIG.has(node['Relation Name'] ?? ''))
      .map((node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'])
      .reduce((sum, count) => sum + count, 0)

  it.each<[string, number, (db: Database) => Promise<unknown>]>([
    ['authorizations that nobody uses', 200, (db) => unusedAuthorizations(db, clock).listUnused('u', DAY_MS)],
    ['whether one is unused', 3, (db) => unusedAuthorizations(db, clock).isUnused('ua_7' as Id)],
    // Of notifications, the newest 5000 of each registration are counted.
    [
      'tokens, codes, families and requests that have ended',
      ROWS / 10 + 500,
      (db) => purgeOauth(db, clock.now()),
    ],
    ['runs that are long over', 100, (db) => purgeSync(db, clock.now())],
    ['feeds whose time is over', 50, (db) => syncStore(db, KEYS).purgeRawFeeds(clock.now())],
    ['runs that nothing has moved', 1_000, (db) => syncStore(db, KEYS).takeOverdue('u', clock.now(), 100)],
    ['pending grants without a run', 200, (db) => dutyStore(db).listStranded(['u'], clock.now(), 100)],
    [
      'a page of the authorizations of a round',
      501,
      (db) => first(utilityAuthorizationStore(db, NEVER).listActive('u', 500)),
    ],
    [
      'the grants of such a page',
      2_500,
      (db) => grantStore(db).listByUtilityAuthorizations(PAGE, [...syncedStatuses]),
    ],
    ['the linked clients of such a page', 2_500, (db) => unusedAuthorizations(db, clock).listLinked(PAGE)],
  ])('%s: reads at most %i rows of the big tables, and scans none', async (_what, most, run) => {
    const plans = await plansOf(run)
    expect(scannedBy(plans)).toEqual([])
    expect(readBy(plans)).toBeLessThanOrEqual(most)
  })
})
