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
 * `QUEUE_SCHEMA`, with at least two connections for each queue and worker. Of Redis, workers wait on `connection`; `producer` fails
 * within about a second and is what queues use.
 */
export type QueueBackend =
  | { kind: 'redis'; connection: Redis; producer: Redis }
  | { kind: 'postgres'; pool: Pool }

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
/** More jobs than these are added by nobody who has somebody waiting. */
const FEW = 10
const BULK_PATIENCE_MS = 15_000

/** One queue for each utility: `queue.rateLimit` stops a whole queue, and one slow utility must not stop the others. */
export function openQueues(backend: QueueBackend, log: Logger): SyncQueues {
  const queues = new Map<string, Queue<SyncJob>>()
  const queueOf = (utilityId: string): Queue<SyncJob> => {
    const known = queues.get(utilityId)
    if (known) return known
    const queue = newQueue(queueName(utilityId), backend)
    queues.set(utilityId, queue)
    return queue
  }
  return {
    add: async (utilityId, jobs) => {
      try {
        const withinMs = jobs.length > FEW ? BULK_PATIENCE_MS : PATIENCE_MS
        await soon(queueOf(utilityId).addBulk(jobs.map(toBulkJob)), withinMs)
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
    counts: (utilityId) =>
      soon(queueOf(utilityId).getJobCounts('waiting', 'active', 'delayed', 'prioritized')),
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

async function startWorker(
  utilityId: string,
  queue: Queue<SyncJob>,
  backend: QueueBackend,
  work: WorkerOptions,
) {
  // What earlier versions left: the daily round is begun by whoever reconciles.
  await soon(queue.removeJobScheduler('daily')).catch((error: unknown) =>
    work.log.warn({ utility: utilityId, error: describe(error) }, 'an old schedule is not removed'),
  )
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

/** A queue adds jobs; what goes wrong is told to whoever adds, so the event is heard and left at that. */
function newQueue(name: string, backend: QueueBackend): Queue<SyncJob> {
  const queue =
    backend.kind === 'redis' ? redisQueue(name, backend.producer) : postgresQueue(name, backend.pool)
  queue.on('error', () => {})
  return queue
}

function redisQueue(name: string, connection: Redis): Queue<SyncJob> {
  // The version was seen by the workers; asking for it again would make a queue opened without Redis useless for ever.
  return new Queue<SyncJob>(name, { connection, skipVersionCheck: true })
}

function postgresQueue(name: string, pool: Pool): Queue<SyncJob> {
  // BullMQ's types carry the backend; to us both are the same queue.
  return new Queue(name, { connection: asPgPool(pool) }, createPostgresBackend) as unknown as Queue<SyncJob>
}

/** The queues do not answer at the moment. */
class QueueUnavailableError extends GatewayError {
  readonly permanent = false
}

/** The answer of a queue, or an error when it takes longer. */
async function soon<T>(answer: Promise<T>, withinMs = PATIENCE_MS): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new QueueUnavailableError('the queues do not answer')), withinMs)
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
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
