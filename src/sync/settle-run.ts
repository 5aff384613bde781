import type { SyncAuthorization, SyncDeps, SyncUtility } from './deps.ts'
import { etaAfter } from './eta.ts'
import { covers, wantedHistory } from './plan-run.ts'
import { startSync } from './start-sync.ts'
import type { SyncRun } from './stores.ts'

/**
 * All windows of a run are through: the grants that waited for it become active, and the run is done. A grant that came
 * while it ran and wants older readings gets a further run first. The run is done last, so that a crash in between settles once more.
 */
export async function settleRun(
  run: SyncRun,
  authorization: SyncAuthorization,
  utility: SyncUtility,
  deps: SyncDeps,
): Promise<void> {
  const { store, grants, queue, clock } = deps
  const at = clock.now()
  const wanted = await wantedHistory(authorization, utility, deps)
  if (wanted && !covers(run, wanted.from)) {
    const { utilityAuthorizationId, utilityId } = run
    const further = { runId: `${run.runId}+`, utilityAuthorizationId, utilityId, renews: false, at }
    await store.finishRun(run.runId, at, { ...further, eta: etaAfter(at, 1) })
    await queue.add(utilityId, [{ name: 'advance', runId: further.runId, step: 'plan' }])
    return
  }
  await grants.settle(run.utilityAuthorizationId)
  await store.finishRun(run.runId, at)
  // A grant that came while this run ended counted on it.
  if (await grants.hasPending(run.utilityAuthorizationId)) await startSync(run.utilityAuthorizationId, deps)
}
