import type { Logger } from '../shared/logger.ts'
import { redisForOnce } from './redis.ts'
import type { Server } from './when-ready.ts'

const PASSING =
  /^(LOADING|MASTERDOWN|READONLY|BUSY|TRYAGAIN|CLUSTERDOWN|ERR max number of clients)|Connection is closed|connect ETIMEDOUT|Command timed out|Stream isn't writeable/
const NETWORK = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^NOAUTH/, 'wants a password: write it into REDIS_URL (redis://:password@host:6379)'],
  [/^(WRONGPASS|ERR invalid password|ERR AUTH)/, 'refuses the password: correct REDIS_URL'],
  [/^NOPERM/, 'gives the user too few rights: BullMQ needs all commands on its keys'],
]

/** How Redis says that it is not ready, and what waiting cannot mend. */
export const redisServer: Server = {
  name: 'Redis',
  setting: 'REDIS_URL',
  isPassing: (error) =>
    error instanceof Error &&
    (PASSING.test(error.message) || ('code' in error && NETWORK.test(String(error.code)))),
  adviceFor: (error) =>
    error instanceof Error ? ADVICE.find(([words]) => words.test(error.message))?.[1] : undefined,
}

/**
 * Asks once whether Redis can be used; throws what keeps it. A policy that throws keys away is told loudly: jobs would be lost, and
 * BullMQ itself only prints a line.
 */
export async function checkRedis(url: string, log: Pick<Logger, 'error'>): Promise<void> {
  const redis = redisForOnce(url)
  let first: Error | undefined
  redis.on('error', (error) => {
    first ??= error
  })
  try {
    await redis.connect()
    await redis.ping()
    const [, policy] = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory')) ?? []
    if (policy !== undefined && policy !== 'noeviction') log.error({ policy }, EVICTS)
  } catch (error) {
    // A connection that fails says why before it says that it is closed.
    throw first ?? error
  } finally {
    redis.disconnect()
  }
}

const EVICTS =
  'Redis throws keys away when its memory is full, and jobs with them: set maxmemory-policy noeviction'
