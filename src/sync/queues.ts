import { createPostgresBackend, type PgPool, Queue, runMigrations, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import { GatewayError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { asProcessor } from './as-processor.ts'
import { jobId, type SyncJob, type SyncQueue } from './jobs.ts'

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

export interface QueueOptions {
  /** Tries of one job, the first one included. */
  attempts: number
  /** The pause after the first failure; each further one is twice as long. */
  backoffMs: number
}

export interface WorkerOptions {
  concurrency: number
  requestsPerMinute(utilityId: string): number
  /** When the daily round begins, in the utility's zone. */
  syncAt: { hour: number; minute: number }
  timezone(utilityId: string): string
  run(job: SyncJob): Promise<void>
  giveUp(job: SyncJob, error: unknown): Promise<void>
  log: Logger
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

/** One queue for each utility: `queue.rateLimit` stops a whole queue, and one slow utility must not stop the others. */
export function openQueues(backend: QueueBackend, options: QueueOptions): SyncQueues {
  const queues = new Map<string, Queue<SyncJob>>()
  const queueOf = (utilityId: string): Queue<SyncJob> => {
    const queue = queues.get(utilityId) ?? newQueue(queueName(utilityId), backend)
    queues.set(utilityId, queue)
    return queue
  }
  return {
    add: async (utilityId, job) => {
      const added = queueOf(utilityId).add(job.name, job, {
        jobId: jobId(job),
        attempts: options.attempts,
        backoff: { type: 'exponential', delay: options.backoffMs },
        // What happened is written in the runs; a job that is gone may be queued again.
        removeOnComplete: true,
        removeOnFail: true,
      })
      await soon(added, backend)
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
      soon(queueOf(utilityId).getJobCounts('waiting', 'active', 'delayed', 'prioritized'), backend),
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}

async function startWorker(
  utilityId: string,
  queue: Queue<SyncJob>,
  backend: QueueBackend,
  work: WorkerOptions,
) {
  const { hour, minute } = work.syncAt
  await queue.upsertJobScheduler(
    'daily',
    { pattern: `${minute} ${hour} * * *`, tz: work.timezone(utilityId) },
    {
      name: 'schedule',
      data: { name: 'schedule', utilityId },
      opts: { removeOnComplete: true, removeOnFail: true },
    },
  )
  const processor = asProcessor(work.run, {
    queue,
    log: work.log,
    now: Date.now,
    giveUp: work.giveUp,
  })
  const worker = newWorker(queueName(utilityId), processor, backend, {
    concurrency: work.concurrency,
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
export class QueueUnavailableError extends GatewayError {
  readonly permanent = false
}

const ANSWER_MS = 1_500

/** BullMQ waits for Redis as long as it takes; whoever serves a request cannot. What comes later still counts. */
async function soon<T>(answer: Promise<T>, { kind }: QueueBackend): Promise<T> {
  // A pool has a time-out of its own.
  if (kind === 'postgres') return answer
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new QueueUnavailableError('the queues do not answer')), ANSWER_MS)
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
