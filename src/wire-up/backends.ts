import path from 'node:path'
import { Redis } from 'ioredis'
import type pg from 'pg'
import type { Config, Secrets } from '../config.ts'
import type { Logger } from '../shared/logger.ts'
import {
  type Database,
  firstMigratedAt,
  migrate,
  openDatabase,
  openPool,
  openQueuePool,
  type PostgresAddress,
} from '../store/database.ts'
import { startEmbeddedPostgres } from '../store/embedded.ts'
import { prepareQueues, QUEUE_SCHEMA, type QueueBackend } from '../sync/queues.ts'

export interface Backends {
  database: Database
  queue: QueueBackend
  /** When the database was first set up. */
  since: Date
  pingDatabase(): Promise<void>
  pingQueue(): Promise<void>
  /** Pools first, then the embedded server. */
  close(): Promise<void>
}

export interface BackendOptions {
  config: Config
  secrets: Pick<Secrets, 'databaseUrl' | 'redisUrl'>
  log: Logger
  /** Called when the embedded server ends by itself: the process should end too. */
  onDeath(error: Error): void
}

/** Token renewal holds a connection while the utility answers: more connections than jobs at once. */
const POOL_BESIDE_JOBS = 12
const QUEUE_POOL = 24

/** PostgreSQL and the queues' home, as configured: given by URL, or embedded. Migrated and ready. */
export async function openBackends(options: BackendOptions): Promise<Backends> {
  const { config, secrets, log } = options
  const embedded = secrets.databaseUrl ? undefined : await startEmbedded(options)
  const address: PostgresAddress = secrets.databaseUrl
    ? { connectionString: secrets.databaseUrl.reveal() }
    : addressOf(embedded)
  const pool = listened(openPool(address, config.workerConcurrency + POOL_BESIDE_JOBS), log)
  const database = openDatabase(pool)
  await migrate(database)
  const queue = openQueueBackend(address, options)
  await prepareQueues(queue)
  return {
    database,
    queue,
    since: await firstMigratedAt(database),
    pingDatabase: async () => {
      await pool.query('select 1')
    },
    pingQueue: async () => {
      await (queue.kind === 'redis' ? queue.connection.ping() : queue.pool.query('select 1'))
    },
    close: async () => {
      if (queue.kind === 'redis') queue.connection.disconnect()
      else await queue.pool.end()
      await database.destroy()
      await embedded?.stop()
    },
  }
}

function startEmbedded({ config, log, onDeath }: BackendOptions) {
  return startEmbeddedPostgres({ dataDir: path.resolve(config.dataDir), log, onDeath })
}

function addressOf(embedded: Awaited<ReturnType<typeof startEmbedded>> | undefined): PostgresAddress {
  if (!embedded) throw new Error('neither a database URL nor an embedded server')
  return embedded.address
}

function openQueueBackend(address: PostgresAddress, { secrets, log }: BackendOptions): QueueBackend {
  if (!secrets.redisUrl) {
    return { kind: 'postgres', pool: listened(openQueuePool(address, QUEUE_SCHEMA, QUEUE_POOL), log) }
  }
  // BullMQ wants its blocking connections to wait for Redis as long as it takes.
  const connection = new Redis(secrets.redisUrl.reveal(), { maxRetriesPerRequest: null })
  connection.on('error', (error) => log.error({ error: error.message }, 'redis'))
  return { kind: 'redis', connection }
}

/** A connection that the server ends while it idles is an event, not the end of the process. */
function listened(pool: pg.Pool, log: Logger): pg.Pool {
  pool.on('error', (error) => log.warn({ error: error.message }, 'a database connection ended'))
  return pool
}
