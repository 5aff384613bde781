import { Redis, type RedisOptions } from 'ioredis'
import { codeOf } from '../shared/code-of.ts'
import type { Logger } from '../shared/logger.ts'

export interface RedisConnections {
  /** For workers: BullMQ wants its blocking commands to wait for Redis as long as it takes. */
  connection: Redis
  /** For whoever adds jobs or counts them: answers or fails within about a second, so that a request never hangs on Redis. */
  producer: Redis
}

type Options = Pick<
  RedisOptions,
  'enableOfflineQueue' | 'maxRetriesPerRequest' | 'commandTimeout' | 'lazyConnect' | 'retryStrategy'
>

const FAST = {
  // What is asked while the connection is down fails at once.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  commandTimeout: 1_000,
} as const satisfies Options

/** Opens both connections without waiting for them; what goes wrong is logged, and they connect again by themselves. */
export function openRedis(url: string, log: Pick<Logger, 'error'>): RedisConnections {
  return {
    connection: newRedis(url, { maxRetriesPerRequest: null }, log),
    producer: newRedis(url, FAST, log),
  }
}

/** A connection for a few questions: it is tried once and not opened again. */
export function redisForOnce(url: string): Redis {
  const once = { ...FAST, lazyConnect: true, retryStrategy: () => null }
  return newRedis(url, once, { error: () => {} })
}

/** The one place that opens a connection to Redis: its errors have a listener. */
function newRedis(url: string, options: Options, log: Pick<Logger, 'error'>): Redis {
  const redis = new Redis(url, { connectTimeout: 1_000, ...options })
  redis.on('error', (error) => log.error({ code: codeOf(error), error: error.message }, 'redis'))
  return redis
}
