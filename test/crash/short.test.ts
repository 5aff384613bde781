import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { redisServer } from '../support/redis.ts'
import { encoded, status } from './faults.ts'
import { runCrashTest } from './run.ts'

/** The same seed every time: what fails here fails again. */
const SEED = 'short'

/** Faults after which a job is tried again within seconds; the others take half a minute. */
const QUICK = [status(202, 1), status(429, 1), status(503, 1), encoded('GZIP', gzipSync)]

const BACKENDS = [
  { backend: 'postgres', available: true },
  { backend: 'embedded', available: true },
  { backend: 'redis', available: redisServer() !== undefined },
] as const

describe.each(BACKENDS)('a short crash test, $backend', ({ backend, available }) => {
  it.skipIf(!available)(
    'processes that are killed come back by themselves, and every client reads exactly what the utility holds',
    async () => {
      const said: string[] = []
      const { faults } = await runCrashTest({
        backend,
        customers: 4,
        kills: 5,
        seconds: 6,
        seed: SEED,
        faults: QUICK,
        innocent: 0,
        quietSeconds: 120,
        // A machine that runs other tests beside this one is slow to start processes.
        readySeconds: 60,
        tokenSeconds: 120,
        say: (line) => said.push(line),
      })
      expect(faults, said.join('\n')).toEqual([])
    },
    240_000,
  )
})
