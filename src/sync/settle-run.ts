import { AuthorizationWithdrawnError } from '../shared/errors.ts'
import { describe } from './as-processor.ts'
import type { SyncDeps } from './deps.ts'
import type { SyncJob } from './jobs.ts'
import { covers, wantedHistory } from './plan-sync.ts'

/**
 * All windows of a run are through: the run is done, and the grants that waited for it become active. A grant that came
 * while it ran and wants older readings gets a further run first.
 */
export async function settleRun({ runId }: { runId: string }, deps: SyncDeps): Promise<void> {
  const run = await deps.store.findRun(runId)
  if (!run || run.status === 'failed') return
  await deps.store.finishRun(runId, 'done', deps.clock.now())
  const authorization = await deps.findAuthorization(run.utilityAuthorizationId)
  const utility = authorization && deps.findUtility(authorization.utilityId)
  const wanted = authorization && utility && (await wantedHistory(authorization, utility, deps))
  if (authorization && wanted && !covers(run, wanted)) {
    const further = { name: 'plan', utilityAuthorizationId: authorization.id, runId: `${runId}+` } as const
    await deps.queue.add(authorization.utilityId, further)
    return
  }
  await deps.grants.settle(run.utilityAuthorizationId, 'loaded')
}

/**
 * A job has failed for good: its run ends, and the grants say so. What the run had stored stays; the next daily round begins
 * where the last good run ended.
 */
export async function giveUp(
  job: SyncJob,
  error: unknown,
  deps: Pick<SyncDeps, 'store' | 'grants' | 'clock' | 'log'>,
): Promise<void> {
  if (job.name === 'schedule') return
  const run = await deps.store.findRun(job.runId)
  if (run?.status !== 'running') return
  if (job.name === 'fetch') await deps.store.failWindow(job.runId, job.number)
  await deps.store.finishRun(job.runId, 'failed', deps.clock.now(), describe(error))
  const withdrawn = error instanceof AuthorizationWithdrawnError
  const loadedBefore = (await deps.store.latestDoneRun(run.utilityAuthorizationId)) !== undefined
  const outcome = withdrawn ? 'withdrawn' : loadedBefore ? 'late' : 'failed'
  deps.log.warn({ run: run.runId, outcome }, 'run given up')
  await deps.grants.settle(run.utilityAuthorizationId, outcome)
}
