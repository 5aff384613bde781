import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../src/shared/logger.ts'
import { NotBeforeError, UtilityPausedError } from '../../src/sync/errors.ts'
import type { SyncJob } from '../../src/sync/jobs.ts'
import { openQueues, type QueueBackend, type SyncQueues } from '../../src/sync/queues.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

const job = (runId: string): SyncJob => ({ name: 'advance', runId, step: 'plan' })
const inMs = (ms: number) => new Date(Date.now() + ms)

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
  async function work(
    run: (job: SyncJob, tries: number, signal: AbortSignal) => Promise<void>,
    options: { concurrency?: number; slowAfterMs?: number } = {},
  ) {
    const utility = `utility-${++number}`
    const tries: { job: SyncJob; at: number }[] = []
    queues = openQueues(backend, silentLogger)
    const worker = await queues.work([utility], {
      concurrency: 2,
      requestsPerMinute: () => 6000,
      run: async (each, signal) => {
        tries.push({ job: each, at: Date.now() })
        await run(each, tries.length, signal)
      },
      log: silentLogger,
      ...options,
    })
    stop.push(
      () => queues.close(),
      () => worker.close(),
    )
    return {
      utility,
      tries,
      until: (count: number) => expect.poll(() => tries.length, { timeout: 15_000 }).toBe(count),
    }
  }

  it.skipIf(!available)('runs a job, and a job with the same id again once it is through', async () => {
    const { utility, tries, until } = await work(async () => {})
    await queues.add(utility, [job('a')])
    await until(1)
    await expect.poll(() => queues.counts(utility)).toMatchObject({ active: 0 })
    await queues.add(utility, [job('a')])
    await until(2)
    expect(tries.map((each) => each.job)).toEqual([job('a'), job('a')])
  })

  it.skipIf(!available)(
    'keeps a job that is put off until its time, and runs the others meanwhile',
    async () => {
      const { utility, tries, until } = await work(async (each, count) => {
        if (each.name === 'advance' && each.runId === 'a' && count === 1) throw new NotBeforeError(inMs(700))
      })
      await queues.add(utility, [job('a')])
      await until(1)
      await queues.add(utility, [job('b')])
      await until(3)
      expect(tries.map((each) => each.job)).toEqual([job('a'), job('b'), job('a')])
      expect((tries[1]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeLessThan(650)
      expect((tries[2]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeGreaterThanOrEqual(690)
    },
  )

  it.skipIf(!available)('stands still as long as its utility is paused', async () => {
    const until = inMs(2_000)
    const {
      utility,
      tries,
      until: untilTries,
    } = await work(async () => {
      if (Date.now() < until.getTime()) throw new UtilityPausedError(until)
    })
    await queues.add(utility, ['a', 'b', 'c', 'd', 'e', 'f'].map(job))
    await expect.poll(() => tries.length).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    // Those that were under way met the pause; nobody asks again and again.
    const met = tries.length
    expect(met).toBeLessThanOrEqual(6)
    await untilTries(met + 6)
    expect(tries[met]?.at).toBeGreaterThanOrEqual(until.getTime() - 20)
  })

  it.skipIf(!available)(
    'takes a job whose run failed unforeseen off the queue, to be added again',
    async () => {
      const { utility, tries, until } = await work(async (_job, count) => {
        if (count === 1) throw new TypeError('a mistake of ours')
      })
      await queues.add(utility, [job('a')])
      await until(1)
      await expect.poll(() => queues.counts(utility)).toMatchObject({ active: 0, waiting: 0, delayed: 0 })
      expect(await queues.add(utility, [job('a')])).toBe(true)
      await until(2)
      expect(tries).toHaveLength(2)
    },
  )

  it.skipIf(!available)('is one job while it waits, however often it is added', async () => {
    const { utility, tries } = await work(async () => new Promise((resolve) => setTimeout(resolve, 300)))
    await Promise.all([1, 2, 3].map(() => queues.add(utility, [job('a')])))
    await expect.poll(async () => (await queues.counts(utility)).active).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(tries).toHaveLength(1)
  })

  it.skipIf(!available)(
    'never lets slow answers hold more than half of the slots while others wait',
    async () => {
      const ended: string[] = []
      const options = { concurrency: 4, slowAfterMs: 300 }
      const { utility, tries } = await work(async (each, _count, signal) => {
        if (each.name !== 'advance' || !each.runId.startsWith('slow')) return
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 4_000)
          signal.addEventListener('abort', () => {
            clearTimeout(timer)
            ended.push(each.runId)
            resolve()
          })
        })
      }, options)
      await queues.add(utility, ['slow1', 'slow2', 'slow3', 'slow4'].map(job))
      await expect.poll(() => tries.length, { interval: 20 }).toBe(4)
      const start = Date.now()
      await queues.add(utility, ['a', 'b', 'c'].map(job))
      await expect.poll(() => tries.length, { timeout: 5_000, interval: 20 }).toBe(7)
      // Less than the slow ones take when nobody ends them.
      expect(Date.now() - start).toBeLessThan(3_500)
      expect(ended).toHaveLength(2)
    },
  )
})
