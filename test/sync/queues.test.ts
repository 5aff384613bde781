import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AuthorizationWithdrawnError, NotYetError, UpstreamError } from '../../src/shared/errors.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import type { SyncJob } from '../../src/sync/jobs.ts'
import { openQueues, type QueueBackend, type SyncQueues } from '../../src/sync/queues.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

const plan = (runId: string): SyncJob => ({
  name: 'plan',
  utilityAuthorizationId: 'ua_1' as UtilityAuthorizationId,
  runId,
})

describe.each(QUEUE_BACKENDS)('the queues of sync on $name', ({ available, open }) => {
  let backend: QueueBackend
  let queues: SyncQueues
  let stop: (() => Promise<void>)[] = []
  let number = 0

  beforeAll(async () => {
    if (available) backend = await open()
  })
  afterEach(async () => {
    for (const close of stop.reverse()) await close()
    stop = []
  })

  /** Works on the queue of a utility of its own; `run` decides what each try does. */
  async function work(run: (job: SyncJob, tries: number) => Promise<void>, attempts = 3) {
    const utility = `utility-${++number}`
    const tries: { job: SyncJob; at: number }[] = []
    const givenUp: unknown[] = []
    queues = openQueues(backend, { attempts, backoffMs: 50 })
    const worker = await queues.work([utility], {
      concurrency: 2,
      requestsPerMinute: () => 6000,
      syncAt: { hour: 4, minute: 30 },
      timezone: () => 'America/New_York',
      run: async (job) => {
        tries.push({ job, at: Date.now() })
        await run(job, tries.length)
      },
      giveUp: async (_job, error) => void givenUp.push(error),
      log: silentLogger,
    })
    stop.push(
      () => queues.close(),
      () => worker.close(),
    )
    return {
      utility,
      tries,
      givenUp,
      until: (count: number) => expect.poll(() => tries.length, { timeout: 15_000 }).toBe(count),
    }
  }

  it.skipIf(!available)('runs a job, and a job with the same id again once it is through', async () => {
    const { utility, tries, until } = await work(async () => {})
    await queues.add(utility, plan('a'))
    await until(1)
    await expect.poll(() => queues.counts(utility)).toMatchObject({ active: 0 })
    await queues.add(utility, plan('a'))
    await until(2)
    expect(tries.map(({ job }) => job)).toEqual([plan('a'), plan('a')])
  })

  it.skipIf(!available)('tries again with back-off, then gives up once', async () => {
    const { utility, givenUp, until } = await work(async () => {
      throw new UpstreamError('503', { utilityId: 'u', status: 503 })
    })
    await queues.add(utility, plan('a'))
    await until(3)
    await expect.poll(() => givenUp.length).toBe(1)
  })

  it.skipIf(!available)('does not try again what fails again', async () => {
    const { utility, tries, givenUp } = await work(async () => {
      throw new AuthorizationWithdrawnError('gone')
    })
    await queues.add(utility, plan('a'))
    await expect.poll(() => givenUp.length).toBe(1)
    expect(tries).toHaveLength(1)
  })

  it.skipIf(!available)(
    'waits as long as Retry-After says, the whole queue, without using up tries',
    async () => {
      const { utility, tries, givenUp, until } = await work(async (_job, count) => {
        if (count <= 3) throw new UpstreamError('429', { utilityId: 'u', status: 429, retryAfterMs: 300 })
      }, 2)
      await queues.add(utility, plan('a'))
      await until(4)
      expect(givenUp).toEqual([])
      expect((tries[1]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeGreaterThanOrEqual(290)
    },
  )

  it.skipIf(!available)('asks later for a feed that is being prepared, without using up tries', async () => {
    const { utility, tries, givenUp, until } = await work(async (_job, count) => {
      if (count <= 3) throw new NotYetError(200)
    }, 2)
    await queues.add(utility, plan('a'))
    await until(4)
    expect(givenUp).toEqual([])
    expect((tries[3]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeGreaterThanOrEqual(590)
  })

  it.skipIf(!available)('is one job while it waits, however often it is added', async () => {
    const { utility, tries } = await work(async () => new Promise((resolve) => setTimeout(resolve, 300)))
    await Promise.all([1, 2, 3].map(() => queues.add(utility, plan('a'))))
    await expect.poll(async () => (await queues.counts(utility)).active).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(tries).toHaveLength(1)
  })
})
