import { newRunId, type UtilityAuthorizationId } from '../shared/ids.ts'
import type { SyncDeps } from './deps.ts'
import { loadWindow } from './load-window.ts'
import { planRun } from './plan-run.ts'
import { planWindows } from './plan-windows.ts'

/** What a beginning sync promises. */
export interface Started {
  /** When everything should be there. */
  eta: Date
  /** The queue does not answer: loading begins when it does. */
  delayed: boolean
}

/**
 * Begins to load an authorization's data for whoever wants it now. Safe to call again: what is loading goes on, what is loaded
 * settles the grants that wait for it at once. What was promised is written down first, so it is done even if nobody comes back from here.
 */
export async function startSync(id: UtilityAuthorizationId, deps: SyncDeps): Promise<Started> {
  const at = deps.clock.now()
  const authorization = await deps.findAuthorization(id)
  const utility = authorization && deps.findUtility(authorization.utilityId)
  if (!authorization || !utility) return { eta: at, delayed: false }
  const { utilityId } = authorization
  const request = { runId: newRunId(id), utilityAuthorizationId: id, utilityId, renews: false, at }
  const run = await deps.store.requestRun({ ...request, eta: at })
  const planned = run.planned ? run : await planRun(run, authorization, utility, deps)
  if (!planned) return { eta: at, delayed: false }
  const { step } = await deps.store.nextStep(run.runId)
  const queued = await deps.queue.add(utilityId, [{ name: 'advance', runId: run.runId, step }])
  return { eta: planned.eta, delayed: !queued }
}

/**
 * Loads the customer's own resources, and no readings, before this returns: the authorization form lists them. A second
 * call finds them loaded. `signal` ends it, with an UpstreamError; what was loaded until then stays loaded.
 */
export async function loadCustomerResources(
  id: UtilityAuthorizationId,
  deps: SyncDeps,
  signal: AbortSignal,
): Promise<void> {
  const authorization = await deps.findAuthorization(id)
  const utility = authorization && deps.findUtility(authorization.utilityId)
  if (!authorization || !utility) return
  const now = deps.clock.now()
  const runId = `${id}.sign_in`
  const windows = planWindows({
    customer: authorization.grants.customer,
    usagePoints: authorization.grants.usage,
    usageFrom: undefined,
    now,
    timezone: utility.timezone,
    daysPerRequest: utility.daysPerRequest,
    segmentLength: utility.segmentLength,
  })
  await deps.store.beginSignIn(
    { runId, utilityAuthorizationId: id, utilityId: utility.id, startedAt: now },
    windows,
  )
  const place = { run: { historyFrom: now, startedAt: now }, authorization, utility, signal }
  for (let next = await deps.store.nextWindow(runId); next; next = await deps.store.nextWindow(runId)) {
    await loadWindow(next, place, deps)
  }
  await deps.store.finishRun(runId, deps.clock.now())
}
