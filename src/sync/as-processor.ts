import { DelayedError, type Job, type Queue, RateLimitError, UnrecoverableError } from 'bullmq'
import { GatewayError, NotYetError, UpstreamError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import type { SyncJob } from './jobs.ts'

export interface ProcessorDeps {
  queue: Pick<Queue, 'rateLimit'>
  log: Logger
  now(): number
  /** Called once when a job has failed for good, before BullMQ hears of it. Safe to run twice. */
  giveUp(job: SyncJob, error: unknown): Promise<void>
}

/** Turns a plain function into a BullMQ processor. The only place where our errors become BullMQ's. */
export function asProcessor(run: (job: SyncJob) => Promise<void>, deps: ProcessorDeps) {
  return async (job: Job<SyncJob>, token?: string): Promise<void> => {
    try {
      await run(job.data)
    } catch (error) {
      if (error instanceof NotYetError) {
        await job.moveToDelayed(deps.now() + error.retryAfterMs, token)
        throw new DelayedError()
      }
      if (error instanceof UpstreamError && error.retryAfterMs !== undefined) {
        await deps.queue.rateLimit(error.retryAfterMs)
        throw new RateLimitError()
      }
      const permanent = error instanceof GatewayError && error.permanent
      const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1)
      deps.log.warn({ job: job.id, error: describe(error), permanent, last }, 'job failed')
      if (permanent || last) await deps.giveUp(job.data, error)
      if (permanent) throw new UnrecoverableError(describe(error))
      throw new Error(describe(error))
    }
  }
}

/** An error as a log and a queue may hold it: our own messages are written for that, others are named by their class. */
export function describe(error: unknown): string {
  if (error instanceof GatewayError) return `${error.name}: ${error.message}`
  if (!(error instanceof Error)) return 'unknown error'
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return `${error.name}${code}`
}
