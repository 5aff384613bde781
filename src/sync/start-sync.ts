import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { SyncDeps } from './deps.ts'
import { loadWindow } from './fetch-window.ts'
import { beginRun, covers, wantedHistory } from './plan-sync.ts'
import { planWindows } from './plan-windows.ts'

/**
 * Begins to load an authorization's data for whoever wants it now. Safe to call again: what is loading goes on, what is loaded
 * settles the grants that wait for it at once. The answer is when everything should be there.
 */
export async function startSync(
  id: UtilityAuthorizationId,
  deps: SyncDeps & { newRunId(id: UtilityAuthorizationId): string },
): Promise<{ eta: Date }> {
  const now = deps.clock.now()
  const authorization = await deps.findAuthorization(id)
  const utility = authorization && deps.findUtility(authorization.utilityId)
  if (!authorization || !utility) return { eta: now }
  const latest = await deps.store.latestRun(id)
  if (latest?.status === 'running') return { eta: latest.eta }
  const wanted = await wantedHistory(authorization, utility, deps)
  const done = await deps.store.latestDoneRun(id)
  if (done && (!wanted || covers(done, wanted))) {
    await deps.grants.settle(id, 'loaded')
    return { eta: now }
  }
  const run = await beginRun(deps.newRunId(id), authorization, utility, deps)
  await deps.queue.add(utility.id, { name: 'plan', utilityAuthorizationId: id, runId: run.runId })
  return { eta: run.eta }
}

/**
 * Loads the customer's own resources, and no readings, before this returns: the authorization form lists them. A second
 * call finds them loaded.
 */
export async function loadCustomerResources(id: UtilityAuthorizationId, deps: SyncDeps): Promise<void> {
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
  const run = {
    runId,
    utilityAuthorizationId: id,
    kind: 'sign_in',
    historyFrom: now,
    startedAt: now,
    eta: now,
  } as const
  await deps.store.beginRun(run, windows)
  for (let next = await deps.store.nextWindow(runId); next; next = await deps.store.nextWindow(runId)) {
    await loadWindow(next, run, authorization, utility, deps)
  }
  await deps.store.finishRun(runId, 'done', deps.clock.now())
}

/** Queues again what a stopped worker left in the middle. Safe to call at every start. */
export async function resumeRuns(
  deps: Pick<SyncDeps, 'store' | 'queue' | 'findAuthorization'>,
): Promise<number> {
  const runs = await deps.store.listRunning()
  for (const { runId, utilityAuthorizationId } of runs) {
    const authorization = await deps.findAuthorization(utilityAuthorizationId)
    if (authorization)
      await deps.queue.add(authorization.utilityId, { name: 'plan', utilityAuthorizationId, runId })
  }
  return runs.length
}
