import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../src/shared/logger.ts'
import { withClient } from '../../src/store/pool.ts'
import { openQueues } from '../../src/sync/queues.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { emptyDatabase } from '../support/postgres.ts'
import { postgresBackendIn } from '../support/queue-backends.ts'

describe('a worker on PostgreSQL whose connections all end, the one that listens too', () => {
  it('goes on by itself: a job added afterwards is worked on within seconds', async () => {
    const fresh = await emptyDatabase('lost')
    const backend = await postgresBackendIn(fresh)
    const queues = openQueues(backend, silentLogger)
    const done: string[] = []
    const worker = await queues.work(['u'], {
      concurrency: 2,
      requestsPerMinute: () => 6000,
      run: async (job) => void done.push(job.name === 'advance' ? job.runId : job.name),
      log: silentLogger,
    })
    afterThisFile(async () => {
      await worker.close()
      await queues.close()
    })
    await queues.add('u', [{ name: 'advance', runId: 'before', step: 'plan' }])
    await expect.poll(() => done, { timeout: 10_000 }).toEqual(['before'])

    const ended = await withClient(fresh.address, async (admin) => {
      const { rowCount } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      )
      return rowCount
    })
    expect(ended).toBeGreaterThanOrEqual(1)
    const addAgain = () => queues.add('u', [{ name: 'advance', runId: 'after', step: 'plan' }])
    await expect.poll(addAgain, { timeout: 5_000 }).toBe(true)
    await expect.poll(() => done, { timeout: 10_000 }).toEqual(['before', 'after'])
  })
})
