import { localCalendar } from '../shared/local-calendar.ts'
import type { SyncDeps } from './deps.ts'
import { eraseUnused } from './erase-unused.ts'
import { etaAfter } from './eta.ts'
import type { SyncJob } from './jobs.ts'
import type { DutyStore, RunRequest } from './stores.ts'

/** How long data stays after the last grant that could see it is over; a customer who changes their mind finds it again. */
export const ERASED_AFTER_MS = 24 * 3_600_000

/** The job of a daily round. */
export function dailyRoundJob(utilityId: string, day: string): SyncJob {
  return { name: 'round', utilityId, day }
}

/** So many authorizations are looked at, their runs written down, and the jobs queued, at once. */
const BATCH = 500

/**
 * The daily round of one utility: what has ended is purged, what nobody uses any more is erased, then every authorization that somebody still wants
 * news of gets a run, one a day. Safe to run twice.
 */
export async function dailyRound(
  { utilityId, day }: { utilityId: string; day: string },
  deps: SyncDeps & { duties: Pick<DutyStore, 'finishRound'> },
): Promise<void> {
  const now = deps.clock.now()
  await deps.store.purgeRawFeeds(now)
  await deps.purgeEnded(now)
  for (const id of await deps.unused.listUnused(utilityId, ERASED_AFTER_MS)) {
    await eraseUnused(id, deps)
    await deps.unused.forgetUnused(id)
  }
  for await (const ids of deps.listActiveAuthorizations(utilityId, BATCH)) {
    const ongoing = await deps.grants.listOngoing(ids, now)
    const requests = ongoing.map((id) => ({
      runId: `${id}.${day}`,
      utilityAuthorizationId: id,
      utilityId,
      renews: true,
      at: now,
      eta: etaAfter(now, 1),
    }))
    await requestRuns(utilityId, requests, deps)
  }
  await deps.duties.finishRound(utilityId, day, deps.clock.now())
}

async function requestRuns(
  utilityId: string,
  requests: readonly RunRequest[],
  { store, queue }: Pick<SyncDeps, 'store' | 'queue'>,
): Promise<void> {
  const begun = await store.requestRuns(requests)
  if (begun.length === 0) return
  await queue.add(
    utilityId,
    begun.map((runId) => ({ name: 'advance', runId, step: 'plan' })),
  )
}

/** The local day whose round is due: today's once it is late enough, until then yesterday's. */
export function roundDay(now: Date, timezone: string, syncAt: { hour: number; minute: number }): string {
  const seconds = Math.floor(now.getTime() / 1000)
  const wall = seconds + localCalendar(timezone).offsetAt(seconds)
  const due = wall - syncAt.hour * 3600 - syncAt.minute * 60
  return new Date(due * 1000).toISOString().slice(0, 10)
}
