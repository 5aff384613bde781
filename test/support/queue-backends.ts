import { Redis } from 'ioredis'
import { afterAll } from 'vitest'
import { openPool } from '../../src/store/database.ts'
import { prepareQueues, QUEUE_SCHEMA, type QueueBackend } from '../../src/sync/queues.ts'
import { emptyDatabase } from './postgres.ts'
import { redisServer, startRedis } from './redis.ts'

/** Both places where BullMQ can keep its jobs. The same tests run on both. */
export const QUEUE_BACKENDS = [
  { name: 'PostgreSQL', available: true, open: openPostgresBackend },
  { name: 'Redis', available: redisServer() !== undefined, open: openRedisBackend },
]

async function openPostgresBackend(): Promise<QueueBackend> {
  const { address } = await emptyDatabase('queue')
  const pool = openPool(address, 20, { options: `-c search_path=${QUEUE_SCHEMA}` })
  pool.on('error', () => {})
  afterAll(() => pool.end())
  const backend = { kind: 'postgres', pool } as const
  await prepareQueues(backend)
  return backend
}

async function openRedisBackend(): Promise<QueueBackend> {
  const server = await startRedis()
  const connection = new Redis(server.url, { maxRetriesPerRequest: null })
  afterAll(async () => {
    connection.disconnect()
    await server.stop()
  })
  return { kind: 'redis', connection }
}
