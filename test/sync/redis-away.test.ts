import { describe, expect, it } from 'vitest'
import { newMetrics } from '../../src/http/metrics.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { openQueues } from '../../src/sync/queues.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { redisBackendAt } from '../support/queue-backends.ts'
import { freePort, redisServer, startRedis } from '../support/redis.ts'

const JOBS = [{ name: 'advance', runId: 'r1', step: 'plan' }] as const

/** How long an answer takes; an error, or the word that nothing was added, is a failure. */
async function timed<T>(promise: Promise<T>): Promise<{ ms: number; failed: boolean }> {
  const begun = performance.now()
  const failed = await promise.then(
    (answer) => answer === false,
    () => true,
  )
  return { ms: performance.now() - begun, failed }
}

describe.skipIf(!redisServer())('queues while Redis is away', () => {
  it('refuse within two seconds, and go on when it is back on the same port', async () => {
    const first = await startRedis()
    const backend = redisBackendAt(first.url)
    const queues = openQueues(backend, silentLogger)
    afterThisFile(() => queues.close())
    await queues.add('known', JOBS)
    expect(await queues.counts('known')).toMatchObject({ waiting: 1 })

    await first.stop()
    // One queue that was used before, one that is opened only now.
    for (const utility of ['known', 'new']) {
      expect(await timed(queues.add(utility, JOBS))).toEqual({
        ms: expect.toSatisfy((ms) => ms < 2000),
        failed: true,
      })
      expect(await timed(queues.counts(utility))).toEqual({
        ms: expect.toSatisfy((ms) => ms < 2000),
        failed: true,
      })
    }
    await expect(backend.producer.ping()).rejects.toThrow()

    await startRedis({ port: Number(new URL(first.url).port) })
    await expect
      .poll(() => timed(queues.add('new', JOBS)), { timeout: 10_000 })
      .toMatchObject({ failed: false })
    expect(await queues.counts('new')).toMatchObject({ waiting: 1 })
    await expect
      .poll(() => timed(queues.add('known', JOBS)), { timeout: 10_000 })
      .toMatchObject({ failed: false })
  })

  it('leave the metrics readable, and say that they are away', async () => {
    const backend = redisBackendAt(`redis://127.0.0.1:${await freePort()}`)
    const queues = openQueues(backend, silentLogger)
    const begun = performance.now()
    const text = await newMetrics(['a', 'b'], queues.counts).text()
    expect(performance.now() - begun).toBeLessThan(2500)
    expect(text).toMatch(/^gbcds_queue_up 0$/m)
    expect(text).toMatch(/^process_cpu_seconds_total /m)
    expect(text).not.toMatch(/^gbcds_sync_jobs\{/m)
  })
})
