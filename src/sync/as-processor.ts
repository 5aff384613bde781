import { DelayedError, type Job, type Queue, RateLimitError, UnrecoverableError } from 'bullmq'
import type { Logger } from '../shared/logger.ts'
import { describe, NotBeforeError, UtilityPausedError } from './errors.ts'
import type { SyncJob } from './jobs.ts'
import type { Slots } from './slots.ts'

/** A paused queue looks again after this long at the latest: the operator may have lifted the pause. */
const LOOK_AGAIN_MS = 15_000

export interface ProcessorDeps {
  queue: Pick<Queue, 'rateLimit'>
  slots: Slots
  log: Logger
  now(): number
}

/**
 * Turns a plain function into a BullMQ processor. The only place where our errors become BullMQ's. When a job runs again is decided before it
 * comes here and stands in the store; delays and pauses of the queue are copies.
 */
export function asProcessor(run: (job: SyncJob, signal: AbortSignal) => Promise<void>, deps: ProcessorDeps) {
  return async (job: Job<SyncJob>, token?: string): Promise<void> => {
    try {
      await deps.slots.hold((signal) => run(job.data, signal))
    } catch (error) {
      if (error instanceof NotBeforeError) {
        await job.moveToDelayed(Math.max(error.notBefore.getTime(), deps.now()), token)
        throw new DelayedError()
      }
      if (error instanceof UtilityPausedError) {
        const leftMs = error.until.getTime() - deps.now()
        await deps.queue.rateLimit(Math.min(Math.max(leftMs, 1), LOOK_AGAIN_MS))
        throw new RateLimitError()
      }
      // The job is gone, and what it was to do stands in the store: whoever reconciles adds it again.
      deps.log.error({ job: job.id, error: describe(error) }, 'a job failed')
      throw new UnrecoverableError(describe(error))
    }
  }
}
