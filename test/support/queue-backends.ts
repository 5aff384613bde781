import { Redis } from 'ioredis'
import { openQueuePool } from '../../src/store/database.ts'
import { prepareQueues, QUEUE_SCHEMA, type QueueBackend } from '../../src/sync/queues.ts'
import { afterThisFile } from './clean-up.ts'
import { emptyDatabase, type FreshDatabase } from './postgres.ts'
import { redisServer, startRedis } from './redis.ts'

/** Both places where BullMQ can keep its jobs. The same tests run on both. */
export const QUEUE_BACKENDS = [
  { name: 'PostgreSQL', available: true, open: openPostgresBackend },
  { name: 'Redis', available: redisServer() !== undefined, open: openRedisBackend },
]

async function openPostgresBackend(): Promise<QueueBackend> {
  return postgresBackendIn(await emptyDatabase('queue'))
}

/** Jobs in the database of the data, as in embedded mode. */
export async function postgresBackendIn({ address }: Pick<FreshDatabase, 'address'>): Promise<QueueBackend> {
  const pool = openQueuePool(address, QUEUE_SCHEMA, 20)
  pool.on('error', () => {})
  afterThisFile(() => pool.end())
  const backend = { kind: 'postgres', pool } as const
  await prepareQueues(backend)
  return backend
}

async function openRedisBackend(): Promise<QueueBackend> {
  const server = await startRedis()
  const connection = new Redis(server.url, { maxRetriesPerRequest: null })
  afterThisFile(() => connection.disconnect())
  return { kind: 'redis', connection }
}
