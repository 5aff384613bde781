import { createPostgresBackend, type PgPool, Queue, runMigrations, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import { GatewayError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { asProcessor } from './as-processor.ts'
import { describe } from './errors.ts'
import { jobId, type SyncJob, type SyncQueue } from './jobs.ts'
import { newSlots } from './slots.ts'

/**
 * Where BullMQ keeps its jobs: Redis in production, PostgreSQL where there is none. The pool's `search_path` must be
 * `QUEUE_SCHEMA`, with at least two connections for each queue and worker.
 */
export type QueueBackend = { kind: 'redis'; connection: Redis } | { kind: 'postgres'; pool: Pool }

/** The schema that BullMQ's own tables live in. */
export const QUEUE_SCHEMA = 'bullmq'

export interface WorkerOptions {
  concurrency: number
  requestsPerMinute(utilityId: string): number
  run(job: SyncJob, signal: AbortSignal): Promise<void>
  log: Logger
  /** A job that takes longer is slow; see `newSlots`. */
  slowAfterMs?: number | undefined
}

export interface SyncQueues extends SyncQueue {
  /** Begins to work on the jobs of these utilities. `close` of the answer waits for the jobs that are running. */
  work(utilityIds: readonly string[], options: WorkerOptions): Promise<{ close(): Promise<void> }>
  /** Jobs that wait, run, are delayed: for metrics. */
  counts(utilityId: string): Promise<Record<string, number>>
  /** Lets a queue go on that was stopped because its utility is paused. */
  goOn(utilityId: string): Promise<void>
  close(): Promise<void>
}

/** Brings BullMQ's tables up to date; Redis needs nothing. */
export async function prepareQueues(backend: QueueBackend): Promise<void> {
  if (backend.kind !== 'postgres') return
  const client = await backend.pool.connect()
  try {
    await runMigrations(client)
  } finally {
    client.release()
  }
}

/** Whoever adds a job has written down before what it is to do, and has somebody waiting: it does not wait for the queue. */
const PATIENCE_MS = 1_500

/** One queue for each utility: `queue.rateLimit` stops a whole queue, and one slow utility must not stop the others. */
export function openQueues(backend: QueueBackend, log: Logger): SyncQueues {
  const queues = new Map<string, Queue<SyncJob>>()
  const queueOf = (utilityId: string): Queue<SyncJob> => {
    const known = queues.get(utilityId)
    if (known) return known
    const queue = newQueue(queueName(utilityId), backend)
    queue.on('error', (error) => log.warn({ utility: utilityId, error: describe(error) }, 'queue error'))
    queues.set(utilityId, queue)
    return queue
  }
  return {
    add: async (utilityId, jobs) => {
      try {
        await inTime(queueOf(utilityId).addBulk(jobs.map(toBulkJob)))
        return true
      } catch (error) {
        const why = { utility: utilityId, jobs: jobs.length, error: describe(error) }
        log.warn(why, 'the queue does not answer: the jobs are added later')
        return false
      }
    },
    work: async (utilityIds, work) => {
      const workers = await Promise.all(utilityIds.map((id) => startWorker(id, queueOf(id), backend, work)))
      return {
        close: async () => {
          await Promise.all(workers.map((worker) => worker.close()))
        },
      }
    },
    counts: (utilityId) => queueOf(utilityId).getJobCounts('waiting', 'active', 'delayed', 'prioritized'),
    goOn: async (utilityId) => {
      await queueOf(utilityId).removeRateLimitKey()
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}

function toBulkJob(job: SyncJob) {
  // What happened is written in the runs; a job that is gone may be queued again.
  const opts = { jobId: jobId(job), attempts: 1, removeOnComplete: true, removeOnFail: true }
  return { name: job.name, data: job, opts }
}

async function inTime(adding: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new QueueAwayError()), PATIENCE_MS)
  // Late answers are nobody's business any more.
  adding.catch(() => {})
  try {
    await Promise.race([adding, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

class QueueAwayError extends GatewayError {
  readonly permanent = false

  constructor() {
    super('the queue did not answer in time')
  }
}

async function startWorker(
  utilityId: string,
  queue: Queue<SyncJob>,
  backend: QueueBackend,
  work: WorkerOptions,
) {
  // What earlier versions left: the daily round is begun by whoever reconciles.
  await queue.removeJobScheduler('daily')
  const othersWait = async () => (await queue.getWaitingCount()) > 0
  const { concurrency, slowAfterMs } = work
  const slots = newSlots({ utilityId, size: concurrency, othersWait, ...(slowAfterMs && { slowAfterMs }) })
  const processor = asProcessor(work.run, { queue, slots, log: work.log, now: Date.now })
  const worker = newWorker(queueName(utilityId), processor, backend, {
    concurrency,
    limiter: { max: work.requestsPerMinute(utilityId), duration: 60_000 },
  })
  worker.on('error', (error) => work.log.error({ utility: utilityId, error: error.message }, 'queue error'))
  await worker.waitUntilReady()
  return worker
}

function queueName(utilityId: string): string {
  return `sync.${utilityId}`
}

function newQueue(name: string, backend: QueueBackend): Queue<SyncJob> {
  if (backend.kind === 'redis') return new Queue<SyncJob>(name, { connection: backend.connection })
  // BullMQ's types carry the backend; to us both are the same queue.
  return new Queue(
    name,
    { connection: asPgPool(backend.pool) },
    createPostgresBackend,
  ) as unknown as Queue<SyncJob>
}

function newWorker(
  name: string,
  processor: ReturnType<typeof asProcessor>,
  backend: QueueBackend,
  options: { concurrency: number; limiter: { max: number; duration: number } },
): Worker<SyncJob> {
  // Stalled jobs of a killed worker come back after this long.
  const lifetimes = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 10 }
  if (backend.kind === 'redis') {
    return new Worker<SyncJob>(name, processor, { connection: backend.connection, ...lifetimes, ...options })
  }
  const connection = asPgPool(backend.pool)
  return new Worker(
    name,
    processor,
    { connection, ...lifetimes, ...options },
    createPostgresBackend,
  ) as unknown as Worker<SyncJob>
}

/** BullMQ declares the part of `pg.Pool` it uses, more narrowly than `pg` does. */
function asPgPool(pool: Pool): PgPool {
  return pool as unknown as PgPool
}
