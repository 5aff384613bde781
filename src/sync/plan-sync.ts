import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { SyncAuthorization, SyncDeps, SyncUtility } from './deps.ts'
import { etaAfter, goOn } from './go-on.ts'
import { planWindows } from './plan-windows.ts'
import type { SyncRun } from './stores.ts'

const DAY_MS = 86_400_000

/** Days before the last run that are fetched again: utilities revise readings for about a week after the day. */
const REVISED_DAYS = 7

/**
 * Begins a run for an authorization, or goes on with it: planned twice, it has the same windows. Ends quietly when the
 * authorization is gone or nobody wants news of it.
 */
export async function planSync(
  { utilityAuthorizationId, runId }: { utilityAuthorizationId: UtilityAuthorizationId; runId: string },
  deps: SyncDeps,
): Promise<void> {
  const authorization = await deps.findAuthorization(utilityAuthorizationId)
  const utility = authorization && deps.findUtility(authorization.utilityId)
  if (!authorization || !utility || authorization.status === 'withdrawn') return
  const run = (await deps.store.findRun(runId)) ?? (await beginRun(runId, authorization, utility, deps))
  if (run.status === 'running') await goOn(run, authorization, deps)
}

/** Writes down what a new run will fetch. */
export async function beginRun(
  runId: string,
  authorization: SyncAuthorization,
  utility: SyncUtility,
  deps: Pick<SyncDeps, 'store' | 'grants' | 'clock'>,
): Promise<SyncRun> {
  const now = deps.clock.now()
  const wanted = await wantedHistory(authorization, utility, deps)
  const last = await deps.store.latestDoneRun(authorization.id)
  // What an earlier run has loaded is not asked for again, unless somebody wants readings from before it.
  const continued = wanted && covers(last, wanted) ? last : undefined
  const revised = continued && new Date(continued.startedAt.getTime() - REVISED_DAYS * DAY_MS)
  const windows = planWindows({
    customer: authorization.grants.customer,
    usagePoints: authorization.grants.usage,
    usageFrom: wanted && (revised ? latest(wanted, revised) : wanted),
    now,
    timezone: utility.timezone,
    daysPerRequest: utility.daysPerRequest,
    segmentLength: utility.segmentLength,
    reachesTo: reachOf(authorization, utility, now),
  })
  const run = {
    runId,
    utilityAuthorizationId: authorization.id,
    kind: 'sync',
    historyFrom: continued?.historyFrom ?? wanted ?? now,
    startedAt: now,
    eta: etaAfter(now, windows.length),
  } as const
  await deps.store.beginRun(run, windows)
  return { ...run, status: 'running', finishedAt: null, failure: null }
}

/** From when on readings are wanted, as far as the utility has and granted them; undefined: none are. */
export async function wantedHistory(
  authorization: SyncAuthorization,
  utility: SyncUtility,
  deps: Pick<SyncDeps, 'grants' | 'clock'>,
): Promise<Date | undefined> {
  const now = deps.clock.now()
  const { usageFrom } = await deps.grants.wanted(authorization.id, now)
  if (!authorization.grants.usage || usageFrom === undefined) return undefined
  const reach = reachOf(authorization, utility, now)
  return usageFrom === 'all' ? reach : latest(usageFrom, reach)
}

/** From when on the utility has readings and granted them. */
function reachOf({ grants }: SyncAuthorization, { daysOfHistory }: SyncUtility, now: Date): Date {
  const kept = new Date(now.getTime() - daysOfHistory * DAY_MS)
  return grants.historyFrom ? latest(kept, grants.historyFrom) : kept
}

/** Whether a run has loaded, or is loading, readings from this moment on; a day of tolerance for moments counted from now. */
export function covers(run: SyncRun | undefined, from: Date): run is SyncRun {
  return run !== undefined && run.historyFrom.getTime() <= from.getTime() + DAY_MS
}

function latest(...dates: Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())))
}
