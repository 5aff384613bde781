import path from 'node:path'
import type { Config, Secrets } from '../config.ts'
import { codeOf } from '../shared/code-of.ts'
import type { Logger } from '../shared/logger.ts'
import {
  type Database,
  firstMigratedAt,
  migrate,
  openDatabase,
  openListingPool,
  openPool,
  openQueuePool,
  type PostgresAddress,
} from '../store/database.ts'
import { adviceFor, isUnavailable } from '../store/database-errors.ts'
import { startEmbeddedPostgres } from '../store/embedded.ts'
import { prepareQueues, QUEUE_SCHEMA, type QueueBackend } from '../sync/queues.ts'
import { openRedis } from './redis.ts'
import { checkRedis, redisServer } from './redis-ready.ts'
import { NotReadyError, type Patience, type Server, whenReady } from './when-ready.ts'

export interface Backends {
  database: Database
  /** The same, for listings of customer data: see `openListingPool`. */
  listings: Database
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
  /** Ends the wait for servers that are not ready. */
  signal: AbortSignal
  /** Called when the embedded server ended too often: the process should end too. */
  onDeath(error: Error): void
}

/** The web side and the sync beside the jobs. */
const POOL_BESIDE_JOBS = 12
const QUEUE_POOL = 24
const LISTING_POOL = 8

const postgresServer: Server = {
  name: 'PostgreSQL',
  setting: 'DATABASE_URL',
  isPassing: isUnavailable,
  adviceFor,
}

/** PostgreSQL and the queues' home, as configured: given by URL, or embedded. Migrated and ready. */
export async function openBackends(options: BackendOptions): Promise<Backends> {
  const { secrets } = options
  const patience = patienceOf(options)
  const redisUrl = secrets.redisUrl?.reveal()
  const { pool, database, address, close: closeData } = await openData(options)
  const listings = openDatabase(openListingPool(address, LISTING_POOL, { onLost: lostTo(options.log) }), {
    prepares: options.config.databasePrepare,
  })
  const queue = openQueueBackend(address, options)
  const close = async (): Promise<void> => {
    await closeQueue(queue)
    await listings.destroy()
    await closeData()
  }
  try {
    if (redisUrl !== undefined)
      await whenReady(() => checkRedis(redisUrl, options.log), redisServer, patience)
    await whenReady(() => prepareQueues(queue), postgresServer, patience)
    const since = await whenReady(() => firstMigratedAt(database), postgresServer, patience)
    return {
      database,
      listings,
      queue,
      since,
      pingDatabase: async () => {
        await pool.query('select 1')
      },
      pingQueue: async () => {
        await (queue.kind === 'redis' ? queue.producer.ping() : queue.pool.query('select 1'))
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The database alone, migrated: for commands that need no queue. `close` ends the embedded server too. */
export async function openData(
  options: Omit<BackendOptions, 'secrets'> & { secrets: Pick<Secrets, 'databaseUrl'> },
) {
  const { config, secrets, log } = options
  const embedded = secrets.databaseUrl ? undefined : await startEmbedded(options)
  const address: PostgresAddress = secrets.databaseUrl
    ? { connectionString: secrets.databaseUrl.reveal() }
    : addressOf(embedded)
  const pool = openPool(address, config.workerConcurrency + POOL_BESIDE_JOBS, { onLost: lostTo(log) })
  const database = openDatabase(pool, { prepares: config.databasePrepare })
  const close = async (): Promise<void> => {
    await database.destroy()
    await embedded?.stop()
  }
  try {
    const partitions = config.databasePartitions
    await whenReady(() => migrate(database, { partitions }), postgresServer, patienceOf(options))
    return { pool, database, address, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What ended a start after the backends were ready, as an operator should read it: a server that went away is no mistake of ours. */
export function toStartError(error: unknown): unknown {
  const server = [postgresServer, redisServer].find(({ isPassing }) => isPassing(error))
  if (!server) return error
  return new NotReadyError(`${server.name} went away during the start (${codeOf(error)}).`, { cause: error })
}

function patienceOf({ config, log, signal }: Pick<BackendOptions, 'config' | 'log' | 'signal'>): Patience {
  return { waitMs: config.startWaitSeconds * 1000, signal, log }
}

function startEmbedded({ config, log, onDeath }: Pick<BackendOptions, 'config' | 'log' | 'onDeath'>) {
  return startEmbeddedPostgres({ dataDir: path.resolve(config.dataDir), log, onDeath })
}

function addressOf(embedded: Awaited<ReturnType<typeof startEmbedded>> | undefined): PostgresAddress {
  if (!embedded) throw new Error('neither a database URL nor an embedded server')
  return embedded.address
}

function openQueueBackend(address: PostgresAddress, { secrets, log }: BackendOptions): QueueBackend {
  if (secrets.redisUrl) return { kind: 'redis', ...openRedis(secrets.redisUrl.reveal(), log) }
  const pool = openQueuePool(address, QUEUE_SCHEMA, { max: QUEUE_POOL, onLost: lostTo(log) })
  return { kind: 'postgres', pool }
}

async function closeQueue(queue: QueueBackend): Promise<void> {
  if (queue.kind === 'postgres') return queue.pool.end()
  queue.connection.disconnect()
  queue.producer.disconnect()
}

function lostTo(log: Logger): (error: Error) => void {
  return (error) => log.warn({ error: error.message }, 'a database connection ended')
}
