import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  AuthorizationWithdrawnError,
  NotYetError,
  SignInNeededError,
  UnderWayError,
  UpstreamError,
} from '../../src/shared/errors.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { paceStore } from '../../src/store/pace.ts'
import { NotBeforeError, UtilityPausedError } from '../../src/sync/errors.ts'
import { nextLook, nextTry } from '../../src/sync/retry.ts'
import { runJob } from '../../src/sync/run-job.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { drain, ID, type SyncBench, syncDepsFor, wantRun, workOn } from '../support/sync-deps.ts'

const MINUTE = 60_000
const plan = { name: 'advance', runId: 'run-1', step: 'plan' } as const
const first = { ...plan, step: 0 } as const
const signal = new AbortController().signal

describe('what a failing utility makes of a run', async () => {
  const fresh: FreshDatabase = await freshDatabase('failures')
  beforeEach(async () => {
    for (const table of ['sync_runs', 'operator_records', 'utility_pauses', 'utility_refusals'])
      await sql`delete from ${sql.table(table)}`.execute(fresh.database)
  })

  /** A planned run whose first window meets the error, and how often the utility was asked. */
  async function meeting(error: unknown): Promise<SyncBench & { asked: { count: number } }> {
    const asked = { count: 0 }
    const bench = syncDepsFor(fresh.database, async () => {
      asked.count += 1
      throw error
    })
    await wantRun(bench, 'run-1')
    await workOn(bench, bench.jobs.shift() ?? plan)
    return { ...bench, asked }
  }

  async function records(): Promise<string[]> {
    const { rows } = await sql<{ detail: string }>`select detail from operator_records order by id`.execute(
      fresh.database,
    )
    return rows.map(({ detail }) => detail)
  }

  it('decides what is permanent before it looks at Retry-After: asked once, given up, recorded', async () => {
    const bench = await meeting(
      new UpstreamError('u answered 404', {
        utilityId: 'u',
        status: 404,
        permanent: true,
        retryAfterMs: 5_000,
      }),
    )
    await workOn(bench, first)
    expect(bench.asked.count).toBe(1)
    expect(bench.outcomes).toEqual(['failed'])
    expect(await bench.deps.store.findRun('run-1')).toMatchObject({ status: 'failed' })
    expect(await records()).toEqual(['run run-1 was given up after 1 tries: UpstreamError: u answered 404'])
  })

  it.each([
    [429, 20_000, 20_000],
    [503, 20_000, 20_000],
    [503, 0, 1_000],
    [500, 24 * 3_600_000, 60_000],
  ])(
    'counts %i with Retry-After %i ms as a try, and delays this run alone by %i ms',
    async (status, retryAfterMs, delayMs) => {
      const bench = await meeting(new UpstreamError('no', { utilityId: 'u', status, retryAfterMs }))
      const start = bench.clock.now().getTime()
      const put = await runJob(first, bench.deps, signal).catch((error: unknown) => error)
      expect(put).toBeInstanceOf(NotBeforeError)
      expect(put).toMatchObject({ notBefore: new Date(start + delayMs) })
      expect(await bench.deps.store.findRun('run-1')).toMatchObject({ status: 'running', tries: 1 })
      // Before its time nothing is asked, whoever tries.
      await expect(runJob(first, bench.deps, signal)).rejects.toThrow(NotBeforeError)
      expect(bench.asked.count).toBe(1)
    },
  )

  it('gives up after the last try, with the reason of the last', async () => {
    const bench = await meeting(new UpstreamError('u answered 500', { utilityId: 'u', status: 500 }))
    bench.jobs.push(first)
    await drain(bench)
    expect(bench.asked.count).toBe(3)
    expect(bench.outcomes).toEqual(['failed'])
    expect(await records()).toEqual(['run run-1 was given up after 3 tries: UpstreamError: u answered 500'])
  })

  const early = ({ clock }: SyncBench) => new Date(clock.now().getTime() - 1)

  it('counts a try that ends with its process, lets time pass between such, and gives the step up without trying it once more', async () => {
    const bench = await meeting(new UpstreamError('unused', { utilityId: 'u' }))
    for (const pause of [0, 0, 10_000, 20_000]) {
      bench.clock.advance(pause)
      if (pause > 0)
        expect(await bench.deps.store.beginTry('run-1', early(bench))).toMatchObject({ kind: 'later' })
      if (pause < 20_000)
        expect(await bench.deps.store.beginTry('run-1', bench.clock.now())).toMatchObject({ kind: 'begun' })
    }
    await runJob(first, bench.deps, signal)
    expect(bench.asked.count).toBe(0)
    expect(await bench.deps.store.findRun('run-1')).toMatchObject({
      status: 'failed',
      failure: 'TriesUsedUpError: given up after 3 tries: each was cut off',
    })
  })

  it('asks for a feed that is being prepared less and less often, uses up no try, and ends after the time for it', async () => {
    const bench = await meeting(new NotYetError(1_000))
    const start = bench.clock.now().getTime()
    bench.jobs.push(first)
    await drain(bench, 500)
    // An hour of waiting for a second each would be 3,600 requests.
    expect(bench.asked.count).toBeLessThan(100)
    expect(bench.clock.now().getTime() - start).toBeGreaterThanOrEqual(60 * MINUTE)
    expect(bench.clock.now().getTime() - start).toBeLessThan(70 * MINUTE)
    expect(bench.outcomes).toEqual(['failed'])
    expect(await bench.deps.store.findRun('run-1')).toMatchObject({
      failure: expect.stringMatching(/^NeverReadyError/),
    })
  })

  it('lets go of a run whose tokens another process renews, and uses up no try', async () => {
    const bench = await meeting(new UnderWayError('renews the tokens', 10_000))
    const put = await runJob(first, bench.deps, signal).catch((error: unknown) => error)
    expect(put).toMatchObject({ notBefore: new Date(bench.clock.now().getTime() + 10_000) })
    expect(await bench.deps.store.findRun('run-1')).toMatchObject({ tries: 0, preparingSince: null })
  })

  it('says what became of the authorization: withdrawn, or a new sign-in is needed', async () => {
    const withdrawn = await meeting(new AuthorizationWithdrawnError('gone'))
    await workOn(withdrawn, first)
    expect(withdrawn.outcomes).toEqual(['withdrawn'])
    await sql`delete from sync_runs`.execute(fresh.database)
    const unsure = await meeting(new SignInNeededError('lost'))
    await workOn(unsure, first)
    expect(unsure.outcomes).toEqual(['sign_in_needed'])
  })

  it('an overtaken try changes nothing', async () => {
    const bench = await meeting(new UpstreamError('unused', { utilityId: 'u' }))
    const { store } = bench.deps
    const slow = await store.beginTry('run-1', bench.clock.now())
    const quick = await store.beginTry('run-1', bench.clock.now())
    if (slow.kind !== 'begun' || quick.kind !== 'begun') throw new Error('not begun')
    await store.stepDone(quick.run, bench.clock.now())
    const notBefore = new Date(bench.clock.now().getTime() + MINUTE)
    await store.failTry(slow.run, { notBefore, failure: 'late', at: bench.clock.now() })
    expect(await store.beginTry('run-1', bench.clock.now())).toMatchObject({
      kind: 'begun',
      run: { tries: 1 },
    })
  })
})

describe('a utility that asks for less', async () => {
  const fresh = await freshDatabase('pace')
  const rules = {
    authorizations: 3,
    withinMs: MINUTE,
    firstMs: 30_000,
    mostMs: 100_000,
  }
  const pace = paceStore(fresh.database, rules)
  const start = Date.parse('2026-03-09T12:00:00Z')
  const at = (ms: number) => new Date(start + ms)
  let utility = 0
  beforeEach(() => {
    utility += 1
  })
  const refused = (
    customer: number,
    ms: number,
    more: { fromTokenEndpoint?: boolean; retryAfterMs?: number } = {},
  ) =>
    pace.noteRefusal({
      utilityId: `u${utility}`,
      utilityAuthorizationId: `ua_${customer}` as UtilityAuthorizationId,
      fromTokenEndpoint: false,
      retryAfterMs: undefined,
      reason: '429',
      at: at(ms),
      ...more,
    })

  it('is not paused by one customer, however often that one meets it', async () => {
    for (let time = 0; time < 20; time += 1) expect(await refused(1, time * 100)).toBeUndefined()
  })

  it('is paused when three customers meet it within a minute, and not when it takes longer', async () => {
    await refused(1, 0)
    await refused(2, 40_000)
    expect(await refused(3, 70_000)).toBeUndefined()
    expect(await refused(4, 71_000)).toEqual(at(71_000 + 30_000))
  })

  it('is not paused when it gives somebody an answer in between', async () => {
    await refused(1, 0)
    await refused(2, 100)
    await pace.noteAnswer(`u${utility}`, at(150))
    expect(await refused(3, 200)).toBeUndefined()
    expect(await refused(4, 300)).toBeUndefined()
    expect(await refused(5, 400)).toEqual(at(30_400))
  })

  it('is paused at once when its token endpoint says so, as long as that wishes, up to the cap', async () => {
    expect(await refused(1, 0, { fromTokenEndpoint: true, retryAfterMs: 86_400_000 })).toEqual(at(100_000))
  })

  it('is paused longer each time, up to the cap, and from the beginning after an answer', async () => {
    const token = { fromTokenEndpoint: true }
    expect(await refused(1, 0, token)).toEqual(at(30_000))
    expect(await refused(1, 10_000, token)).toBeUndefined()
    expect(await refused(1, 31_000, token)).toEqual(at(31_000 + 60_000))
    expect(await refused(1, 92_000, token)).toEqual(at(92_000 + 100_000))
    // What was asked before the pause is answered during it: that says nothing.
    await pace.noteAnswer(`u${utility}`, at(150_000))
    expect(await refused(1, 193_000, token)).toEqual(at(193_000 + 100_000))
    await pace.noteAnswer(`u${utility}`, at(294_000))
    expect(await refused(1, 295_000, token)).toEqual(at(295_000 + 30_000))
  })

  it('is paused once by many refusals at the same time, with one record for the operator', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((customer) => refused(customer, 0)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    const { rows } = await sql<{
      detail: string
    }>`select detail from operator_records where utility_id = ${`u${utility}`}`.execute(fresh.database)
    expect(rows).toEqual([{ detail: `paused until ${at(30_000).toISOString()}: 429` }])
  })

  it('is asked nothing while it is paused; the operator can lift it', async () => {
    const bench = syncDepsFor(fresh.database, async () => ({ kind: 'empty' }))
    await bench.deps.pace.noteRefusal({
      utilityId: 'u',
      utilityAuthorizationId: ID,
      fromTokenEndpoint: true,
      retryAfterMs: undefined,
      reason: '503',
      at: bench.clock.now(),
    })
    await wantRun(bench, 'run-p')
    const job = { ...plan, runId: 'run-p' }
    await expect(runJob(job, bench.deps, signal)).rejects.toThrow(UtilityPausedError)
    expect(await bench.deps.pace.liftPause('u', bench.clock.now())).toBe(true)
    await runJob(job, bench.deps, signal)
    expect(await bench.deps.store.findRun('run-p')).toMatchObject({ planned: true, tries: 0 })
  })
})

describe('when a step is tried again', () => {
  const rules = { attempts: 9, backoffMs: 30_000, mostRetryAfterMs: 3_600_000, preparingMs: 86_400_000 }
  const now = new Date('2026-03-09T12:00:00Z')

  it('doubles the pause with each try: nine of them take about two hours', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (tries) => nextTry(now, tries, undefined, rules).getTime() - now.getTime(),
    )
    expect(pauses.slice(0, 3)).toEqual([30_000, 60_000, 120_000])
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(30_000 * 255)
  })

  it('looks for a feed no sooner than the utility wishes, nor than a tenth of the time so far', () => {
    const since = new Date(now.getTime() - 600_000)
    expect(nextLook(now, since, 1_000, rules).getTime() - now.getTime()).toBe(60_000)
    expect(nextLook(now, since, 90_000, rules).getTime() - now.getTime()).toBe(90_000)
    expect(nextLook(now, since, 86_400_000, rules).getTime() - now.getTime()).toBe(3_600_000)
  })
})
