import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { readRawFeed } from '../../src/store/raw-feeds.ts'
import { loadCustomerResources, startSync } from '../../src/sync/start-sync.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { drain, fixture, ID, KEYS, solarHouse, syncDepsFor, wantRun, workOn } from '../support/sync-deps.ts'

const plan = { name: 'advance', runId: 'run-1', step: 'plan' } as const
const TABLES = [
  'customer_objects',
  'customer_paths',
  'usage_series',
  'usage_segments',
  'espi_context',
] as const

describe('a run of sync', async () => {
  const fresh: FreshDatabase = await freshDatabase('sync_run')
  beforeEach(async () => {
    for (const table of [...TABLES, 'authorization_syncs', 'sync_runs', 'refused_records'])
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

  /** How many objects of a kind are stored. */
  async function count(kind: string): Promise<number> {
    const { rows } = await sql`select from customer_objects where kind = ${kind}`.execute(fresh.database)
    return rows.length
  }

  it('goes from plan to settled, window by window, and stores what the feeds say', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await wantRun(bench, 'run-1')
    await drain(bench)
    expect(bench.outcomes).toEqual(['loaded'])
    const stored = await content()
    expect(await count('accounts')).toBe(1)
    expect(await count('service_contracts')).toBe(1)
    expect(stored.usage_segments.length).toBeGreaterThan(0)
    expect(await bench.deps.store.progress(ID)).toMatchObject({
      status: 'done',
      windows: { waiting: 0, failed: 0 },
    })
  })

  it('leaves the same store when every job runs twice', async () => {
    const once = syncDepsFor(fresh.database, solarHouse)
    await wantRun(once, 'run-1')
    await drain(once)
    const first = await content()
    const again = syncDepsFor(fresh.database, solarHouse)
    await wantRun(again, 'run-2', true)
    for (let job = again.jobs.shift(); job; job = again.jobs.shift()) {
      await workOn(again, job)
      await workOn(again, job)
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
    await wantRun(bench, 'run-1')
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
    await wantRun(bench, 'run-1')
    await drain(bench)
    const { rows } = await sql<{ code: string }>`select code from refused_records`.execute(fresh.database)
    expect(rows.filter(({ code }) => code === 'not_referred_to')).toEqual([])
    // It was read, and is kept for the windows to come.
    const kept = await sql`select key from espi_context where key = '/ReadingType/9'`.execute(fresh.database)
    expect(kept.rows).toHaveLength(1)
  })

  it('keeps the raw feed sealed, and gives it back byte for byte', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await wantRun(bench, 'run-1')
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
    await wantRun(bench, 'run-1')
    await workOn(bench, plan)
    await workOn(bench, { ...plan, step: 0 })
    expect(await count('accounts')).toBe(0)
    expect((await bench.deps.store.findWindow('run-1', 0))?.status).toBe('waiting')
    expect(await bench.deps.store.findRun('run-1')).toMatchObject({
      status: 'running',
      tries: 1,
      failure: expect.stringMatching(/^UpstreamError: not a feed/),
    })
  })

  it('ends when the customer withdrew while the job waited: the grants stop', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await wantRun(bench, 'run-1')
    await workOn(bench, plan)
    bench.state.withdrawn = true
    await drain(bench)
    expect(bench.outcomes).toEqual(['withdrawn'])
    expect(await bench.deps.store.findRun('run-1')).toMatchObject({ status: 'failed' })
  })

  it('fetches after a done run only what utilities still revise, and settles at once when nothing is missing', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    await wantRun(bench, 'run-1')
    await drain(bench)
    bench.outcomes.length = 0
    expect(await startSync(ID, bench.deps)).toEqual({ eta: bench.clock.now(), delayed: false })
    expect(bench.outcomes).toEqual(['loaded'])
    bench.clock.advance(86_400_000)
    await wantRun(bench, 'run-2', true)
    await workOn(bench, { ...plan, runId: 'run-2' })
    const usage = await Promise.all([2, 3].map((number) => bench.deps.store.findWindow('run-2', number)))
    expect(usage[0]).toMatchObject({
      from: new Date('2026-03-02T05:00:00Z'),
      to: new Date('2026-03-11T04:00:00Z'),
    })
    expect(usage[1]).toBeUndefined()
  })

  it('runs again before it settles when somebody came who wants older readings', async () => {
    const bench = syncDepsFor(fresh.database, solarHouse)
    bench.state.wanted = { usageFrom: new Date('2026-03-08T00:00:00Z'), bills: false, ongoing: true }
    await wantRun(bench, 'run-1')
    await workOn(bench, plan)
    bench.state.wanted = { usageFrom: 'all', bills: false, ongoing: true }
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
    await loadCustomerResources(ID, bench.deps, new AbortController().signal)
    await loadCustomerResources(ID, bench.deps, new AbortController().signal)
    expect(asked).toEqual(['customer', 'usage_points'])
    const stored = await content()
    expect(await count('service_contracts')).toBe(1)
    expect(stored.usage_segments).toEqual([])
    expect(await bench.deps.store.latestDoneRun(ID)).toBeUndefined()
  })
})
