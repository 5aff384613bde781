import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { dutyStore } from '../../src/store/duties.ts'
import { openQueues } from '../../src/sync/queues.ts'
import { type ReconcileDeps, reconcile } from '../../src/sync/reconcile.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { redisServer, startRedis } from '../support/redis.ts'
import { ID, solarHouse, syncDepsFor } from '../support/sync-deps.ts'

const MINUTE = 60_000

function benchOn(fresh: FreshDatabase, processId = 'one') {
  const bench = syncDepsFor(fresh.database, solarHouse)
  const deps: ReconcileDeps = { ...bench.deps, processId, utilityIds: ['u'], roundDay: () => '2026-03-09' }
  return { ...bench, deps }
}

async function clear({ database }: FreshDatabase): Promise<void> {
  for (const table of ['sync_runs', 'daily_rounds', 'leases', 'grants', 'utility_authorizations', 'clients'])
    await sql`delete from ${sql.table(table)}`.execute(database)
}

async function pendingGrant({ database }: FreshDatabase, modified: Date): Promise<void> {
  await sql`insert into utility_authorizations (id, utility_id, environment, status, scope, created_at, modified_at,
    access_token_sealed) values (${ID}, 'u', 'sandbox', 'active', '', now(), now(), ''::bytea)`.execute(
    database,
  )
  await sql`insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
    authorization_details_types, contacts, status, status_options, created, modified)
    values ('c_1', 'r_1', '', '', '{}', '{}', '{}', '{}', '{}', 'sandbox', '{}', now(), now())`.execute(
    database,
  )
  await sql`insert into grants (grant_id, client_id, scope, authorization_details, status, enabled_scope,
    enabled_authorization_details, receipt_confirmations, states, replacing, replaced_by, children, utility_authorization_ids,
    selection, created, modified) values ('g_1', 'c_1', '', '[]', 'pending', '', '[]', '{}', '{}', '{}', '{}', '{}',
    array[${ID}]::text[], '"all"', ${modified}, ${modified})`.execute(database)
}

describe('reconciling', async () => {
  const fresh = await freshDatabase('reconcile')

  async function want(runId: string, at: Date): Promise<void> {
    const utilityAuthorizationId = `ua_${runId}` as UtilityAuthorizationId
    const { store } = benchOn(fresh).deps
    await store.requestRun({ runId, utilityAuthorizationId, utilityId: 'u', renews: false, at, eta: at })
  }

  it('adds the job of a run again that nothing has moved for a minute, and leaves a fresh one alone', async () => {
    await clear(fresh)
    const { deps, jobs, clock } = benchOn(fresh)
    await want('stuck', new Date(clock.now().getTime() - MINUTE))
    await want('fresh', new Date(clock.now().getTime() - MINUTE + 1_000))
    expect(await reconcile(deps)).toMatchObject({ jobs: 1 })
    expect(jobs).toEqual([{ name: 'advance', runId: 'stuck', step: 'plan' }])
    // Who was taken care of is left alone for a minute too.
    expect(await reconcile(deps)).toMatchObject({ jobs: 0 })
    clock.advance(MINUTE)
    expect(await reconcile(deps)).toMatchObject({ jobs: 2 })
  })

  it('adds the step at which the run stands: a window, or the settling', async () => {
    await clear(fresh)
    const { deps, jobs, clock } = benchOn(fresh)
    const at = new Date(clock.now().getTime() - MINUTE)
    await want('window', at)
    await want('settling', at)
    const plan = { historyFrom: at, eta: at, at }
    const windows = [{ purpose: 'customer' }, { purpose: 'usage_points' }] as const
    await deps.store.planRun('window', { ...plan, windows })
    await sql`update sync_windows set status = 'done' where run_id = 'window' and number = 0`.execute(
      fresh.database,
    )
    await deps.store.planRun('settling', { ...plan, windows: [] })
    await reconcile(deps)
    expect(jobs.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual([
      { name: 'advance', runId: 'settling', step: 'settle' },
      { name: 'advance', runId: 'window', step: 1 },
    ])
  })

  it('forgets no back-off: a run that waits for its next try is left alone until a minute after it', async () => {
    await clear(fresh)
    const { deps, jobs, clock } = benchOn(fresh)
    await want('waits', clock.now())
    const begun = await deps.store.beginTry('waits', clock.now())
    if (begun.kind !== 'begun') throw new Error(begun.kind)
    const notBefore = new Date(clock.now().getTime() + 30 * MINUTE)
    await deps.store.failTry(begun.run, { notBefore, failure: 'down', at: clock.now() })
    clock.advance(30 * MINUTE)
    await reconcile(deps)
    expect(jobs).toEqual([])
    clock.advance(MINUTE)
    await reconcile(deps)
    expect(jobs).toHaveLength(1)
  })

  it('starts a run for a pending grant that has none, once it is a minute old', async () => {
    await clear(fresh)
    const { deps, jobs, clock } = benchOn(fresh)
    await pendingGrant(fresh, clock.now())
    expect(await reconcile(deps)).toMatchObject({ started: 0 })
    clock.advance(MINUTE + 1)
    expect(await reconcile(deps)).toMatchObject({ started: 1 })
    expect(jobs).toEqual([{ name: 'advance', runId: expect.stringMatching(/^ua_test\./), step: 0 }])
    expect(await reconcile(deps)).toMatchObject({ started: 0 })
  })

  it('begins the daily round that did not begin, not one of the days before the first start, and one at a time', async () => {
    await clear(fresh)
    const { deps, jobs, clock } = benchOn(fresh)
    expect(await reconcile(deps)).toMatchObject({ rounds: 0 })
    const next = { ...deps, roundDay: () => '2026-03-10' }
    expect(await reconcile(next)).toMatchObject({ rounds: 1 })
    expect(jobs).toEqual([{ name: 'round', utilityId: 'u', day: '2026-03-10' }])
    expect(await reconcile(next)).toMatchObject({ rounds: 0 })
    // Its job was lost: it begins again after two minutes, then after four.
    clock.advance(2 * MINUTE)
    expect(await reconcile(next)).toMatchObject({ rounds: 1 })
    clock.advance(3 * MINUTE)
    expect(await reconcile(next)).toMatchObject({ rounds: 0 })
    clock.advance(MINUTE)
    expect(await reconcile(next)).toMatchObject({ rounds: 1 })
    await deps.duties.finishRound('u', '2026-03-10', clock.now())
    clock.advance(60 * MINUTE)
    expect(await reconcile(next)).toMatchObject({ rounds: 0 })
  })

  it('happens in one process at a time; a killed one is replaced after 20 seconds', async () => {
    await clear(fresh)
    const { deps, clock } = benchOn(fresh)
    const other = { ...deps, processId: 'two' }
    const until = new Date(clock.now().getTime() + 20_000)
    expect(await deps.duties.takeLease('reconcile', 'killed', until, clock.now())).toBe(true)
    expect(await reconcile(other)).toBeUndefined()
    clock.advance(20_000)
    const both = await Promise.all([reconcile(deps), reconcile(other), reconcile(other)])
    expect(both.filter(Boolean).length).toBeGreaterThanOrEqual(1)
    expect(await dutyStore(fresh.database).takeLease('reconcile', 'three', until, clock.now())).toBe(true)
  })

  it.skipIf(!redisServer())(
    'of 100,000 waiting runs brings back those that are due after FLUSHALL, and no back-off and no pause is forgotten',
    async () => {
      await clear(fresh)
      const redis = new Redis((await startRedis()).url, { maxRetriesPerRequest: null })
      const queues = openQueues({ kind: 'redis', connection: redis, producer: redis }, silentLogger)
      afterThisFile(async () => {
        await queues.close()
        redis.disconnect()
      })
      const { deps, clock } = benchOn(fresh)
      const now = clock.now()
      const later = new Date(now.getTime() + 45 * MINUTE)
      // Every fourth waits for its next try.
      await sql`insert into sync_runs (id, utility_authorization_id, utility_id, kind, status, planned, history_from, started_at,
          eta, tries, not_before, check_at)
        select 'r' || i, 'ua_' || i, 'u', 'sync', 'running', false, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz, i % 4,
          case when i % 4 = 3 then ${later}::timestamptz else ${now}::timestamptz end,
          case when i % 4 = 3 then ${later}::timestamptz else ${now}::timestamptz end + interval '1 minute'
        from generate_series(1, 100000) as i`.execute(fresh.database)
      await sql`analyze sync_runs`.execute(fresh.database)
      await redis.flushall()
      const withRedis = { ...deps, queue: queues }
      clock.advance(MINUTE)
      let added = 0
      for (let round = 0; round < 4; round += 1) added += (await reconcile(withRedis))?.jobs ?? 0
      expect(added).toBe(75_000)
      expect(await queues.counts('u')).toMatchObject({ waiting: 75_000, delayed: 0 })
      await redis.flushall()
      clock.advance(MINUTE)
      expect(await reconcile(withRedis)).toMatchObject({ jobs: 20_000 })
      // Those that wait are not touched, and would not run if they were: the store decides.
      expect(await deps.store.beginTry('r3', clock.now())).toEqual({ kind: 'later', notBefore: later })
      await deps.pace.noteRefusal({
        utilityId: 'u',
        utilityAuthorizationId: ID,
        fromTokenEndpoint: true,
        retryAfterMs: undefined,
        reason: '429',
        at: clock.now(),
      })
      const until = new Date(clock.now().getTime() + 30_000)
      expect(await deps.store.beginTry('r1', clock.now())).toEqual({ kind: 'paused', until })
    },
    120_000,
  )
})
