import { silentLogger } from '../../src/shared/logger.ts'
import { openQueuePool } from '../../src/store/database.ts'
import { prepareQueues, QUEUE_SCHEMA, type QueueBackend } from '../../src/sync/queues.ts'
import { openRedis } from '../../src/wire-up/redis.ts'
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
  const pool = openQueuePool(address, QUEUE_SCHEMA, { max: 20 })
  afterThisFile(() => pool.end())
  const backend = { kind: 'postgres', pool } as const
  await prepareQueues(backend)
  return backend
}

async function openRedisBackend(): Promise<QueueBackend> {
  return redisBackendAt((await startRedis()).url)
}

/** Jobs in a Redis that the test stops and starts itself. */
export function redisBackendAt(url: string): QueueBackend & { kind: 'redis' } {
  const connections = openRedis(url, silentLogger)
  afterThisFile(() => {
    connections.connection.disconnect()
    connections.producer.disconnect()
  })
  return { kind: 'redis', ...connections }
}
