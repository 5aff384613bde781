import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { readFeed } from '../../src/espi/read-feed.ts'
import { fixedClock } from '../../src/shared/clock.ts'
import { keyedIds, newId, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import type { SegmentLength } from '../../src/shared/segment-length.ts'
import type { Database } from '../../src/store/database.ts'
import { dutyStore } from '../../src/store/duties.ts'
import { paceStore } from '../../src/store/pace.ts'
import { syncStore } from '../../src/store/sync.ts'
import type { FeedAnswer, SyncDeps, Wanted } from '../../src/sync/deps.ts'
import { NotBeforeError } from '../../src/sync/errors.ts'
import type { SyncJob } from '../../src/sync/jobs.ts'
import { runJob } from '../../src/sync/run-job.ts'
import type { DutyStore, Window } from '../../src/sync/stores.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'

export const ID = 'ua_test' as UtilityAuthorizationId
export const KEYS = { current: 'k', keys: new Map([['k', new Uint8Array(32)]]) }

export const fixture = (name: string) => readFile(path.join(import.meta.dirname, '../fixtures/espi', name))

/** Everything of a sync but the utility, whose answers a test writes; jobs are noted instead of queued. */
export function syncDepsFor(
  database: Database,
  answer: (window: Window) => Promise<FeedAnswer>,
  segmentLength: SegmentLength = 'day',
) {
  const jobs: SyncJob[] = []
  const outcomes: string[] = []
  const state: { wanted: Wanted; withdrawn: boolean } = {
    wanted: { usageFrom: 'all', bills: false, ongoing: true },
    withdrawn: false,
  }
  const clock = fixedClock('2026-03-09T12:00:00Z')
  const deps: SyncDeps & { duties: DutyStore } = {
    store: syncStore(database, KEYS),
    queue: {
      add: async (_utility, added) => {
        jobs.push(...added)
        return true
      },
    },
    pace: paceStore(database),
    duties: dutyStore(database),
    retry: { attempts: 3, backoffMs: 1_000, mostRetryAfterMs: 60_000, preparingMs: 3_600_000 },
    newMessageId: () => newId('message'),
    grantUrl: (id) => `https://gateway.example/cds/v1/grants/${id}`,
    clock,
    log: silentLogger,
    rawFeedDays: 30,
    grants: {
      wanted: async () => state.wanted,
      listOngoing: async (ids) => (state.wanted.ongoing ? [...ids] : []),
      settle: async () => void outcomes.push('loaded'),
      hasPending: async () => false,
      afterFailure: async (_id, outcome) => {
        outcomes.push(outcome)
        return []
      },
      moveEta: async () => {},
    },
    findUtility: (id) => ({
      id,
      timezone: 'America/Toronto',
      daysPerRequest: 31,
      daysOfHistory: 62,
      segmentLength,
      feedBytes: 1_000_000,
      feedSeconds: 60,
      contextByResources: false,
    }),
    findAuthorization: async (id) => ({
      id,
      utilityId: 'u',
      status: state.withdrawn ? 'withdrawn' : 'active',
      grants: { customer: true, usage: true, historyFrom: undefined },
    }),
    listActiveAuthorizations: async function* () {
      yield [ID]
    },
    unused: { isUnused: async () => true, listUnused: async () => [], forgetUnused: async () => {} },
    withdrawAuthorization: async () => {},
    purgeEnded: async () => {},
    openFeed: (_authorization, window) => answer(window),
    openLink: async () => ({ kind: 'empty' }),
    usagePointsUrl: async () => 'https://utility.example/UsagePoint',
    readFeed: (body, limits) => readFeed(body, { limits }),
    translate: ({ id, utilityId }, feeds) =>
      translateFeed(feeds, {
        identify: keyedIds(new Uint8Array(32), utilityId),
        authorizationKey: id,
        timezone: 'America/Toronto',
        segmentLength,
        entity: null,
      }),
  }
  return { deps, jobs, outcomes, state, clock }
}

/** Answers with the solar house: its customer feed, its usage points, its readings in the last window. */
export async function solarHouse(window: Window): Promise<FeedAnswer> {
  const file = window.purpose === 'customer' ? 'solar-customer.xml' : 'solar-usage.xml'
  const last = window.purpose !== 'usage' || window.to > new Date('2026-03-05')
  if (!last) return { kind: 'empty' }
  const bytes = await fixture(file)
  return {
    kind: 'ready',
    body: (async function* () {
      for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000)
    })(),
  }
}

export type SyncBench = ReturnType<typeof syncDepsFor>

/** Writes down that a run is wanted, and queues its first step. */
export async function wantRun(bench: SyncBench, runId: string, renews = false): Promise<void> {
  const at = bench.clock.now()
  await bench.deps.store.requestRun({
    runId,
    utilityAuthorizationId: ID,
    utilityId: 'u',
    renews,
    at,
    eta: at,
  })
  bench.jobs.push({ name: 'advance', runId, step: 'plan' })
}

/** Works on one job as a worker does; when it is put off, the clock moves on and it is queued again. */
export async function workOn(bench: SyncBench, job: SyncJob): Promise<void> {
  try {
    await runJob(job, bench.deps, new AbortController().signal)
  } catch (error) {
    if (!(error instanceof NotBeforeError)) throw error
    bench.clock.advance(Math.max(error.notBefore.getTime() - bench.clock.now().getTime(), 0))
    bench.jobs.push(job)
  }
}

/** Works on the jobs as a queue would, one after the other. */
export async function drain(bench: SyncBench, most = 100): Promise<void> {
  for (let job = bench.jobs.shift(); job && most > 0; job = bench.jobs.shift(), most -= 1) {
    await workOn(bench, job)
  }
}
