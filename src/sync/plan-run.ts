import type { SyncAuthorization, SyncDeps, SyncUtility } from './deps.ts'
import { etaAfter } from './eta.ts'
import { planWindows } from './plan-windows.ts'
import type { SyncRun } from './stores.ts'

const DAY_MS = 86_400_000

/** Days before the last run that are fetched again: utilities revise readings for about a week after the day. */
const REVISED_DAYS = 7

/** How long after the last day that it bills a bill may come into a feed that holds it by the days it bills. */
export const LATE_BILL_DAYS = 45

/**
 * Writes down what a run will fetch; planned twice, it has the same windows. What is loaded already needs no run, unless it is the daily
 * one: then the grants are settled, the run is dropped, and the answer is undefined. Else it is when everything should be there.
 */
export async function planRun(
  run: SyncRun,
  authorization: SyncAuthorization,
  utility: SyncUtility,
  deps: Pick<SyncDeps, 'store' | 'grants' | 'clock'>,
): Promise<{ eta: Date } | undefined> {
  const at = deps.clock.now()
  const wanted = await wantedHistory(authorization, utility, deps)
  const last = await deps.store.latestDoneRun(authorization.id)
  if (last && !run.renews && (!wanted || covers(last, wanted.from))) {
    await deps.grants.settle(authorization.id)
    await deps.store.dropRun(run.runId)
    return undefined
  }
  // What an earlier run has loaded is not asked for again, unless somebody wants readings from before it.
  const continued = last && wanted && covers(last, wanted.from) ? last : undefined
  const revised = continued && revisedFrom(continued, run, wanted)
  const windows = planWindows({
    customer: authorization.grants.customer,
    usagePoints: authorization.grants.usage,
    usageFrom: wanted && (revised ? latest(wanted.from, revised) : wanted.from),
    now: run.startedAt,
    timezone: utility.timezone,
    daysPerRequest: utility.daysPerRequest,
    segmentLength: utility.segmentLength,
    reachesTo: reachOf(authorization, utility, at),
  })
  const eta = etaAfter(at, windows.length)
  const historyFrom = continued?.historyFrom ?? wanted?.from ?? run.startedAt
  await deps.store.planRun(run.runId, { historyFrom, eta, windows, at })
  return { eta }
}

/** From when on the next run asks again: once a week, where bills are wanted, from so far back that none is missed. */
function revisedFrom(
  last: Pick<SyncRun, 'startedAt'>,
  run: Pick<SyncRun, 'startedAt'>,
  { bills }: { bills: boolean } = { bills: false },
): Date {
  const days = bills && weekOf(last) !== weekOf(run) ? LATE_BILL_DAYS : REVISED_DAYS
  return new Date(last.startedAt.getTime() - days * DAY_MS)
}

function weekOf({ startedAt }: Pick<SyncRun, 'startedAt'>): number {
  return Math.floor(startedAt.getTime() / (7 * DAY_MS))
}

/** From when on readings or bills are wanted, as far as the utility has and granted them; undefined: none are. */
export async function wantedHistory(
  authorization: SyncAuthorization,
  utility: SyncUtility,
  deps: Pick<SyncDeps, 'grants' | 'clock'>,
): Promise<{ from: Date; bills: boolean } | undefined> {
  const now = deps.clock.now()
  const { usageFrom, bills } = await deps.grants.wanted(authorization.id, now)
  if (!authorization.grants.usage || usageFrom === undefined) return undefined
  const reach = reachOf(authorization, utility, now)
  return { from: usageFrom === 'all' ? reach : latest(usageFrom, reach), bills }
}

/** From when on the utility has readings and granted them. */
function reachOf({ grants }: SyncAuthorization, { daysOfHistory }: SyncUtility, now: Date): Date {
  const kept = new Date(now.getTime() - daysOfHistory * DAY_MS)
  return grants.historyFrom ? latest(kept, grants.historyFrom) : kept
}

/** Whether a run has loaded, or is loading, readings from this moment on; a day of tolerance for moments counted from now. */
export function covers(run: Pick<SyncRun, 'historyFrom'> | undefined, from: Date): boolean {
  return run !== undefined && run.historyFrom.getTime() <= from.getTime() + DAY_MS
}

function latest(...dates: Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())))
}
