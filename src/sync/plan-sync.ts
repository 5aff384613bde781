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
  const { usageFrom: wantedFrom } = await deps.grants.wanted(authorization.id, now)
  const historyFrom = latest(
    wantedFrom === undefined || wantedFrom === 'all' ? new Date(0) : wantedFrom,
    new Date(now.getTime() - utility.daysOfHistory * DAY_MS),
    authorization.grants.historyFrom ?? new Date(0),
  )
  const last = await deps.store.latestDoneRun(authorization.id)
  // What an earlier run has loaded is not asked for again, unless somebody wants readings from before it.
  const known = last !== undefined && last.historyFrom.getTime() <= historyFrom.getTime() + DAY_MS
  const from = known
    ? latest(historyFrom, new Date(last.startedAt.getTime() - REVISED_DAYS * DAY_MS))
    : historyFrom
  const windows = planWindows({
    customer: authorization.grants.customer,
    usagePoints: utility.listsUsagePoints && authorization.grants.usage,
    usageFrom: authorization.grants.usage && wantedFrom !== undefined ? from : undefined,
    now,
    timezone: utility.timezone,
    daysPerRequest: utility.daysPerRequest,
  })
  const run = {
    runId,
    utilityAuthorizationId: authorization.id,
    historyFrom: known ? last.historyFrom : historyFrom,
    startedAt: now,
    eta: etaAfter(now, windows.length),
  }
  await deps.store.beginRun(run, windows)
  return { ...run, status: 'running', finishedAt: null, failure: null }
}

function latest(...dates: Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())))
}
