import type { SyncAuthorization, SyncDeps } from './deps.ts'
import type { SyncRun } from './stores.ts'

/** What one request to a utility may take, by experience: the estimate that an `eta` is made of. */
const SECONDS_PER_WINDOW = 5

/** Queues what comes next in a run: its next window, or the settling. Safe to call any number of times. */
export async function goOn(
  run: SyncRun,
  authorization: SyncAuthorization,
  { store, queue, grants, clock }: Pick<SyncDeps, 'store' | 'queue' | 'grants' | 'clock'>,
): Promise<void> {
  const next = await store.nextWindow(run.runId)
  if (!next) {
    await queue.add(authorization.utilityId, { name: 'settle', runId: run.runId })
    return
  }
  const progress = await store.progress(run.utilityAuthorizationId)
  const eta = etaAfter(clock.now(), progress?.windows.waiting ?? 1)
  if (eta > run.eta) {
    await store.setEta(run.runId, eta)
    await grants.moveEta(run.utilityAuthorizationId, eta)
  }
  await queue.add(authorization.utilityId, { name: 'fetch', runId: run.runId, number: next.number })
}

/** When this many windows will have been loaded, roughly. */
export function etaAfter(now: Date, windows: number): Date {
  return new Date(now.getTime() + (windows + 2) * SECONDS_PER_WINDOW * 1000)
}
