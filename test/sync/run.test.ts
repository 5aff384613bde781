import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { AuthorizationWithdrawnError, UpstreamError } from '../../src/shared/errors.ts'
import { readRawFeed } from '../../src/store/raw-feeds.ts'
import { fetchWindow } from '../../src/sync/fetch-window.ts'
import { planSync } from '../../src/sync/plan-sync.ts'
import { runJob } from '../../src/sync/run-job.ts'
import { giveUp } from '../../src/sync/settle-run.ts'
import { loadCustomerResources, startSync } from '../../src/sync/start-sync.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { fixture, ID, KEYS, solarHouse, syncDepsFor } from '../support/sync-deps.ts'

const RUN = { utilityAuthorizationId: ID, runId: 'run-1' }
const TABLES = [
  'accounts',
  'service_contracts',
  'service_points',
  'meter_devices',
  'usage_segments',
  'seen_through',
  'espi_context',
]

describe('a run of sync', async () => {
  const fresh: FreshDatabase = await freshDatabase('sync_run')
  beforeEach(async () => {
    for (const table of [...TABLES, 'sync_runs', 'refused_records'])
      await sql`delete from ${sql.table(table)}`.execute(fresh.database)
  })

  /** The content of the store, without the stamps that say when. */
  async function content() {
    const rows = await Promise.all(
      TABLES.map(async (table) => {
        const found =
          await sql`select to_jsonb(t) - 'synced' as row from ${sql.table(table)} t order by to_jsonb(t)::text`.execute(
            fresh.database,
          )
        return [table, found.rows]
      }),
    )
    return Object.fromEntries(rows)
  }

  /** Works on the jobs as a queue would, one after the other. */
  async function drain(bench: ReturnType<typeof syncDepsFor>, most = 50) {
    for (let job = bench.jobs.shift(); job && most > 0; job = bench.jobs.shift(), most -= 1)
      await runJob(job, bench.deps)
  }

  it('goes from plan to settled, window by window, and stores what the feeds say', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await planSync(RUN, bench.deps)
    await drain(bench)
    expect(bench.outcomes).toEqual(['loaded'])
    const stored = await content()
    expect(stored.accounts).toHaveLength(1)
    expect(stored.service_contracts).toHaveLength(1)
    expect(stored.usage_segments.length).toBeGreaterThan(0)
    expect(await bench.deps.store.progress(ID)).toMatchObject({
      status: 'done',
      windows: { waiting: 0, failed: 0 },
    })
  })

  it('leaves the same store when every job runs twice', async () => {
    const once = syncDepsFor(fresh.database, solarHouse)
    await planSync(RUN, once.deps)
    await drain(once)
    const first = await content()
    const again = syncDepsFor(fresh.database, solarHouse)
    await planSync({ ...RUN, runId: 'run-2' }, again.deps)
    for (let job = again.jobs.shift(); job; job = again.jobs.shift()) {
      await runJob(job, again.deps)
      await runJob(job, again.deps)
      again.jobs.splice(1)
    }
    expect(await content()).toEqual(first)
  })

  it('knows the meters of earlier feeds when a window holds orphan blocks only', async () => {
    const bench = syncDepsFor(fresh.database, async (window) => {
      const answer = await solarHouse(window)
      if (window.purpose !== 'usage' || answer.kind !== 'ready') return answer
      const text = (await fixture('solar-usage.xml')).toString()
      const entries = text
        .split('<entry>')
        .filter((part, index) => index === 0 || part.includes('IntervalBlock>'))
      const orphans = entries.join('<entry>')
      return {
        kind: 'ready',
        body: (async function* () {
          yield Buffer.from(orphans.includes('</feed>') ? orphans : `${orphans}</feed>`)
        })(),
      }
    })
    await planSync(RUN, bench.deps)
    await drain(bench)
    expect((await content()).usage_segments.length).toBeGreaterThan(0)
  })

  it('does not refuse what explains readings of another window', async () => {
    const unused =
      '<entry><link rel="self" href="/ReadingType/9"/><content><ReadingType xmlns="http://naesb.org/espi"><uom>72</uom></ReadingType></content></entry>'
    const bench = syncDepsFor(fresh.database, async (window) => {
      if (window.purpose !== 'usage') return solarHouse(window)
      const text = (await fixture('solar-usage.xml')).toString()
      return {
        kind: 'ready',
        body: (async function* () {
          yield Buffer.from(text.replace('</feed>', `${unused}</feed>`))
        })(),
      }
    })
    await planSync(RUN, bench.deps)
    await drain(bench)
    const { rows } = await sql<{ code: string }>`select code from refused_records`.execute(fresh.database)
    expect(rows.filter(({ code }) => code === 'not_referred_to')).toEqual([])
    // It was read, and is kept for the windows to come.
    const kept = await sql`select key from espi_context where key = '/ReadingType/9'`.execute(fresh.database)
    expect(kept.rows).toHaveLength(1)
  })

  it('keeps the raw feed sealed, and gives it back byte for byte', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await planSync(RUN, bench.deps)
    await drain(bench)
    const pieces: Uint8Array[] = []
    for await (const piece of readRawFeed(fresh.database, KEYS, { runId: 'run-1', number: 0 }))
      pieces.push(piece)
    expect(Buffer.concat(pieces).equals(await fixture('solar-customer.xml'))).toBe(true)
    const { rows } = await sql<{ sealed: Buffer }>`select sealed from raw_feeds`.execute(fresh.database)
    expect(rows.some(({ sealed }) => sealed.includes('Solar House'))).toBe(false)
  })

  it('stores nothing of a window whose feed is cut, and asks again', async () => {
    const bench = syncDepsFor(fresh.database, async () => {
      const bytes = await fixture('solar-customer.xml')
      return {
        kind: 'ready',
        body: (async function* () {
          yield bytes.subarray(0, bytes.length - 40)
        })(),
      }
    })
    await planSync(RUN, bench.deps)
    await expect(fetchWindow({ runId: 'run-1', number: 0 }, bench.deps)).rejects.toThrow(UpstreamError)
    expect((await content()).accounts).toEqual([])
    expect((await bench.deps.store.findWindow('run-1', 0))?.status).toBe('waiting')
  })

  it('ends quietly when the customer withdrew while the job waited', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await planSync(RUN, bench.deps)
    bench.state.withdrawn = true
    await drain(bench)
    expect(bench.outcomes).toEqual([])
  })

  it('says late, failed or withdrawn to the grants when a job is given up', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    const job = { name: 'fetch', runId: 'run-1', number: 0 } as const
    await planSync(RUN, bench.deps)
    await giveUp(job, new UpstreamError('down', { utilityId: 'u' }), bench.deps)
    await giveUp(job, new UpstreamError('down', { utilityId: 'u' }), bench.deps)
    expect(bench.outcomes).toEqual(['failed'])
    expect(await bench.deps.store.findRun('run-1')).toMatchObject({
      status: 'failed',
      failure: 'UpstreamError: down',
    })
    await planSync({ ...RUN, runId: 'run-2' }, bench.deps)
    await giveUp({ ...job, runId: 'run-2' }, new AuthorizationWithdrawnError('gone'), bench.deps)
    expect(bench.outcomes).toEqual(['failed', 'withdrawn'])
  })

  it('fetches after a done run only what utilities still revise, and settles at once when nothing is missing', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await planSync(RUN, bench.deps)
    await drain(bench)
    bench.outcomes.length = 0
    expect(await startSync(ID, bench.deps)).toEqual({ eta: bench.clock.now() })
    expect(bench.outcomes).toEqual(['loaded'])
    bench.clock.advance(86_400_000)
    await planSync({ ...RUN, runId: 'run-2' }, bench.deps)
    const usage = await Promise.all([2, 3].map((number) => bench.deps.store.findWindow('run-2', number)))
    expect(usage[0]).toMatchObject({
      from: new Date('2026-03-02T05:00:00Z'),
      to: new Date('2026-03-11T04:00:00Z'),
    })
    expect(usage[1]).toBeUndefined()
  })

  it('runs again before it settles when somebody came who wants older readings', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    bench.state.wanted = { usageFrom: new Date('2026-03-08T00:00:00Z'), ongoing: true }
    await planSync(RUN, bench.deps)
    bench.state.wanted = { usageFrom: 'all', ongoing: true }
    await drain(bench)
    expect(bench.outcomes).toEqual(['loaded'])
    expect(await bench.deps.store.latestDoneRun(ID)).toMatchObject({ runId: 'run-1+' })
  })

  it('loads the customer for the form without readings, and a second call asks nobody', async () => {
    const asked: string[] = []
    const bench = syncDepsFor(fresh.database, (window) => {
      asked.push(window.purpose)
      return solarHouse(window)
    })
    await loadCustomerResources(ID, bench.deps)
    await loadCustomerResources(ID, bench.deps)
    expect(asked).toEqual(['customer', 'usage_points'])
    const stored = await content()
    expect(stored.service_contracts).toHaveLength(1)
    expect(stored.usage_segments).toEqual([])
    expect(await bench.deps.store.latestDoneRun(ID)).toBeUndefined()
  })
})
