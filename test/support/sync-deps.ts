import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { readFeed } from '../../src/espi/read-feed.ts'
import { fixedClock } from '../../src/shared/clock.ts'
import { keyedIds, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import type { SegmentLength } from '../../src/shared/segment-length.ts'
import type { Database } from '../../src/store/database.ts'
import { syncStore } from '../../src/store/sync.ts'
import type { FeedAnswer, SyncDeps, Wanted } from '../../src/sync/deps.ts'
import type { SyncJob } from '../../src/sync/jobs.ts'
import type { Window } from '../../src/sync/stores.ts'
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
    wanted: { usageFrom: 'all', ongoing: true },
    withdrawn: false,
  }
  const clock = fixedClock('2026-03-09T12:00:00Z')
  const deps: SyncDeps & { newRunId(id: UtilityAuthorizationId): string } = {
    store: syncStore(database, KEYS),
    queue: { add: async (_utility, job) => void jobs.push(job) },
    clock,
    log: silentLogger,
    rawFeedDays: 30,
    newRunId: (id) => `${id}.${clock.now().getTime()}`,
    grants: {
      wanted: async () => state.wanted,
      settle: async (_id, outcome) => void outcomes.push(outcome),
      moveEta: async () => {},
    },
    findUtility: (id) => ({
      id,
      timezone: 'America/Toronto',
      daysPerRequest: 31,
      daysOfHistory: 62,
      segmentLength,
      feedBytes: 1_000_000,
      contextByResources: false,
    }),
    findAuthorization: async (id) => ({
      id,
      utilityId: 'u',
      status: state.withdrawn ? 'withdrawn' : 'active',
      grants: { customer: true, usage: true, historyFrom: undefined },
    }),
    listActiveAuthorizations: async () => [ID],
    listUnusedAuthorizations: async () => [],
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
