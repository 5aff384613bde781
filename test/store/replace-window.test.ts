import { Kysely, type LogEvent, PostgresDialect, sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Kind } from '../../src/cds/kinds/kind.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { textOf } from '../../src/shared/pieces.ts'
import { putObjects } from '../../src/store/put-objects.ts'
import type { Tables } from '../../src/store/schema.ts'
import { syncStore } from '../../src/store/sync.ts'
import type { ContextEntry, Window, WindowChange } from '../../src/sync/stores.ts'
import type { Refused, Translated } from '../../src/translate/translated.ts'
import { LAYOUTS } from '../support/layouts.ts'
import { freshDatabase } from '../support/postgres.ts'
import { KEYS } from '../support/sync-deps.ts'
import { customer, NOTHING, segment, segmentId } from '../support/translated.ts'

/** What one authorization told. */
const FACTS = [
  'customer_objects',
  'customer_paths',
  'usage_series',
  'usage_segments',
  'espi_context',
  'refused_records',
] as const
const OTHERS = ['authorization_syncs', 'earlier_created', 'sync_runs'] as const

const FIRST = '2026-06-01T00:00:00Z'
const LATER = '2026-06-02T00:00:00Z'
const USAGE = { purpose: 'usage', from: new Date('2026-01-01'), to: new Date('2027-01-01') } as const
const REFUSED: Refused = {
  code: 'unknown_uom',
  entry: 'entry 1',
  field: 'ReadingType.uom',
  value: '999',
  detail: 'd',
  count: 2,
}

describe.each(LAYOUTS)('replaceWindow on $layout', async ({ partitions }) => {
  const fresh = await freshDatabase('replace_window', { partitions })
  const sync = syncStore(fresh.database, KEYS)
  const rows = async <T = Record<string, unknown>>(text: string): Promise<T[]> =>
    (await fresh.pool.query(text)).rows

  beforeEach(async () => {
    for (const table of [...FACTS, ...OTHERS])
      await sql`delete from ${sql.table(table)}`.execute(fresh.database)
  })

  /** Every row of facts as it lies on disk: whoever writes or locks it moves one of these. */
  const asWritten = async (): Promise<Record<string, unknown>[]> => {
    const found = FACTS.map((table) =>
      rows(
        `select '${table}' as table, ctid::text, xmin::text, xmax::text from ${table} order by tableoid, ctid`,
      ),
    )
    return (await Promise.all(found)).flat()
  }

  /** Everything that an authorization told, to compare. */
  const told = async (authorization: string): Promise<unknown[]> =>
    Promise.all(
      [...FACTS, 'authorization_syncs' as const].map((table) =>
        rows(
          `select to_jsonb(t) as row from ${table} t where utility_authorization_id = '${authorization}' order by 1`,
        ),
      ),
    )

  let run = 0
  /** One window of a run of its own, as a sync ends it. */
  async function put(
    translated: Translated,
    {
      at = FIRST,
      window = USAGE,
      context = [],
      authorization = 'ua_a',
      to = sync,
    }: {
      at?: string
      window?: Window
      context?: readonly ContextEntry[]
      authorization?: string
      to?: typeof sync
    } = {},
  ): Promise<void> {
    const utilityAuthorizationId = authorization as UtilityAuthorizationId
    const runId = `run-${run++}`
    const moment = new Date(at)
    const wanted = { runId, utilityAuthorizationId, utilityId: 'u', renews: false, at: moment, eta: moment }
    await to.requestRun(wanted)
    await to.planRun(runId, { historyFrom: moment, windows: [window], at: moment, eta: moment })
    const change = {
      utilityAuthorizationId,
      utilityId: 'u',
      timezone: 'UTC',
      translated,
      context,
      bytes: 1n,
      at: moment,
    }
    await to.replaceWindow({ ...change, window: { ...window, runId, number: 0, status: 'waiting' } })
    await to.finishRun(runId, moment)
  }

  const house = customer('a', ['a1'], ['2026-01-01', '2026-01-02'])
  const objects = () =>
    rows<{ kind: string; id: string; created: Date; modified: Date; facets: string }>(
      'select kind, id, created, modified, facets from customer_objects order by kind, id',
    )

  it('keeps every object whole, beside what listings filter by; what was not told is no facet', async () => {
    await put(house)
    const found = await rows<{ kind: string; body: string; facets: string }>(
      `select kind, body, facets from customer_objects where kind in ('accounts', 'service_points') order by kind`,
    )
    expect(found.map(({ body }) => JSON.parse(body))).toEqual([house.accounts[0], house.servicePoints[0]])
    expect(found.map(({ facets }) => JSON.parse(facets))).toEqual([
      {
        account_number: 'A-a',
        account_status: 'active',
        account_address: '1 Sample Street\nTestville, NY 00001',
        account_name: 'a House',
      },
      { current_servicecontracts: ['con-a1'], servicepoint_address: '1 Sample Street' },
    ])
  })

  it('keeps usage as one series with its numbers, and segments as pieces of exact text', async () => {
    await put(house)
    const [series, ...others] = await rows<Record<string, unknown>>('select * from usage_series')
    expect(others).toEqual([])
    expect(series).toMatchObject({
      series: 1,
      account_id: 'acc-a',
      account_number: 'A-a',
      contract_id: 'con-a1',
      contract_number: 'C-a1',
      point_id: 'sp-a1',
      meter_ids: ['m-a1'],
      interval_seconds: '3600',
      formats: JSON.stringify(house.usageSegments[0]?.formats),
      value_types: ['electric_usage'],
      longest_seconds: 86_400,
    })
    const segments = await rows<{ id: string; piece: Buffer; text_bytes: number; value_count: number }>(
      'select * from usage_segments order by segment_start',
    )
    expect(segments.map(({ id }) => id.replaceAll('-', ''))).toEqual(
      house.usageSegments.map(({ cds_usagesegment_id }) => cds_usagesegment_id),
    )
    expect(segments.map(({ piece, text_bytes }) => textOf({ bytes: piece, textBytes: text_bytes }))).toEqual(
      house.usageSegments.map(({ values }) => JSON.stringify(values)),
    )
    expect(segments.map(({ value_count }) => value_count)).toEqual([24, 24])
  })

  it('has PostgreSQL compress no piece again', async () => {
    const storages =
      await rows(`select distinct a.attstorage from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relname like 'usage_segments%' and a.attname = 'piece' and c.relkind in ('r', 'p')`)
    expect(storages).toEqual([{ attstorage: 'e' }])
  })

  describe('told the same again', () => {
    const context = [{ key: 'k', json: '{"a":1.0}' }]
    const everything = { ...house, refused: [REFUSED] }

    it('writes nothing per object, path, segment, context entry or refusal: series and authorization say that they were told', async () => {
      await put(everything, { context })
      const before = await asWritten()
      await put(everything, { context, at: LATER })
      const after = await asWritten()
      const without = (list: Record<string, unknown>[]) =>
        list.filter(({ table }) => table !== 'usage_series')
      expect(without(after)).toEqual(without(before))
      expect(without(before)).toHaveLength(4 + 1 + 2 + 1 + 1)
      expect(await rows('select created, modified, synced from usage_series')).toEqual([
        { created: new Date(FIRST), modified: new Date(FIRST), synced: new Date(LATER) },
      ])
      expect(await rows('select synced from authorization_syncs')).toEqual([{ synced: new Date(LATER) }])
    })

    it('writes no row at all in a window without readings', async () => {
      for (const purpose of ['customer', 'usage_points'] as const) {
        const bare = { ...everything, usageSegments: [] }
        await put(bare, { context, window: { purpose } })
        const before = await asWritten()
        await put(bare, { context, window: { purpose }, at: LATER })
        expect(await asWritten()).toEqual(before)
      }
    })

    it('takes at most seven statements, beside begin and commit', async () => {
      await put(everything, { context })
      const texts: string[] = []
      const log = ({ query }: LogEvent) => void texts.push(query.sql)
      const logged = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: fresh.pool }), log })
      await put(everything, { context, at: LATER, to: syncStore(logged, KEYS) })
      const first = texts.findIndex((text) => text.includes('mark-window-done'))
      const end = texts.findIndex((text, index) => index > first && /^(commit|update "sync_runs")/.test(text))
      const names = texts.slice(first, end).map((text) => /^\/\* (\S+) \*\//.exec(text)?.[1])
      expect(names).toEqual([
        'mark-window-done',
        'remove-gone-objects',
        'put-paths',
        'put-series',
        'find-changed-segments',
        'put-context',
        'find-refused',
      ])
    })
  })

  describe('told something else', () => {
    it('moves cds_modified of what changed, and of nothing else', async () => {
      await put(house)
      const renamed = {
        ...house,
        accounts: house.accounts.map((each) => ({ ...each, account_name: 'Other' })),
      }
      await put(renamed, { at: LATER })
      const stamps = (await objects()).map(({ kind, created, modified }) => [kind, created, modified])
      const first = new Date(FIRST)
      expect(stamps).toEqual([
        ['accounts', first, new Date(LATER)],
        ['meter_devices', first, first],
        ['service_contracts', first, first],
        ['service_points', first, first],
      ])
    })

    it('replaces one segment by its values, the other stays as it was', async () => {
      await put(house)
      const changed = [segment('a', 'a1', '2026-01-01', 500n), house.usageSegments[1]!]
      await put({ ...house, usageSegments: changed }, { at: LATER })
      const found = await rows<{ modified: Date; series: number }>(
        'select modified, series from usage_segments order by segment_start',
      )
      expect(found).toEqual([
        { modified: new Date(LATER), series: 1 },
        { modified: new Date(FIRST), series: 1 },
      ])
    })

    it('removes objects and paths that are not told any more: what the customer took out is gone', async () => {
      await put(customer('a', ['a1', 'a2'], []))
      await put(customer('a', ['a2'], []), { at: LATER })
      expect((await objects()).map(({ id }) => id)).toEqual(['acc-a', 'm-a2', 'con-a2', 'sp-a2'])
      expect(await rows('select contract_id from customer_paths')).toEqual([{ contract_id: 'con-a2' }])
    })

    it('moves segments to another series when formats change, never doubles them, and drops the empty one', async () => {
      await put(house)
      const valid = house.usageSegments.map((each) => ({
        ...each,
        formats: each.formats.map((format) => ({ ...format, quality: 'valid' as const })),
      })) as typeof house.usageSegments
      await put({ ...house, usageSegments: [valid[0]!] }, { at: LATER })
      const places = () => rows('select series, modified from usage_segments order by segment_start')
      expect(await places()).toEqual([
        { series: 2, modified: new Date(LATER) },
        { series: 1, modified: new Date(FIRST) },
      ])
      await put({ ...house, usageSegments: valid }, { at: LATER })
      expect(await places()).toEqual([
        { series: 2, modified: new Date(LATER) },
        { series: 2, modified: new Date(LATER) },
      ])
      expect(await rows('select series from usage_series')).toEqual([{ series: 2 }])
    })

    it('updates numbers of a series in place', async () => {
      await put(house)
      const renumbered = {
        ...house,
        accounts: house.accounts.map((each) => ({ ...each, account_number: 'N' })),
      }
      await put(renumbered, { at: LATER })
      expect(
        await rows('select series, account_number, contract_number, created, modified from usage_series'),
      ).toEqual([
        {
          series: 1,
          account_number: 'N',
          contract_number: 'C-a1',
          created: new Date(FIRST),
          modified: new Date(LATER),
        },
      ])
      expect(await rows('select distinct modified from usage_segments')).toEqual([
        { modified: new Date(FIRST) },
      ])
    })

    it('remembers the longest segment of a series', async () => {
      const day = house.usageSegments[0]!
      const two = { ...day, segment_end: '2026-01-03T00:00:00Z', values: [...day.values, ...day.values] }
      await put({ ...house, usageSegments: [two] })
      await put({ ...house, usageSegments: [day] }, { at: LATER })
      expect(await rows('select longest_seconds from usage_series')).toEqual([{ longest_seconds: 172_800 }])
    })

    it('keeps usage of other times, and of points that are not told', async () => {
      await put(house)
      await put({ ...house, usageSegments: [] }, { at: LATER })
      await put(customer('a', ['a2'], ['2026-01-01']), { at: LATER })
      expect(await rows('select count(*)::integer as count from usage_segments')).toEqual([{ count: 3 }])
    })
  })

  it('keeps bills by their days, beside the context of every feed', async () => {
    const bill = (key: string, days: string, value: number) => ({ key, days, json: `{"v":${value}}` })
    const context = [bill('s 1', 'd1/d2', 1), bill('s 2', 'd1/d2', 2), bill('s 1', 'd2/d3', 3)]
    await put(NOTHING, { context: [...context, { key: 'p', json: '{"v":0}' }] })
    await put(NOTHING, { window: { purpose: 'customer' }, context: [], at: LATER })
    await put(NOTHING, { context: [bill('s 2', 'd1/d2', 4)], at: LATER })
    const id = 'ua_a' as UtilityAuthorizationId
    expect(await sync.listBills(id, ['d1/d2', 'd4/d5'])).toEqual([
      { key: 's 1', days: 'd1/d2', json: '{"v":1}' },
      { key: 's 2', days: 'd1/d2', json: '{"v":4}' },
    ])
    expect(await sync.listBills('ua_b' as UtilityAuthorizationId, ['d1/d2'])).toEqual([])
    expect(await sync.listContext(id)).toEqual([{ key: 'p', json: '{"v":0}' }])
  })

  describe('context', () => {
    const entry = (key: string, value: number) => ({ key, json: `{"a":${value}}` })
    const kept = () => rows('select purpose, key, entry from espi_context order by purpose, key')

    it('of the customer comes whole, that of usage adds to what is there', async () => {
      const window = { purpose: 'customer' } as const
      await put(NOTHING, { window, context: [entry('x', 1), entry('y', 1)] })
      await put(NOTHING, { context: [entry('p', 1)] })
      await put(NOTHING, { window: { purpose: 'usage_points' }, context: [entry('q', 1), entry('p', 2)] })
      await put(NOTHING, { window, context: [entry('y', 2)], at: LATER })
      expect(await kept()).toEqual([
        { purpose: 'customer', key: 'y', entry: '{"a":2}' },
        { purpose: 'usage', key: 'p', entry: '{"a":2}' },
        { purpose: 'usage', key: 'q', entry: '{"a":1}' },
      ])
      await put(NOTHING, { window, at: LATER })
      expect(await kept()).toHaveLength(2)
    })

    it('takes the last of several entries with one key', async () => {
      await put(NOTHING, { context: [entry('p', 1), entry('p', 2)] })
      expect(await kept()).toEqual([{ purpose: 'usage', key: 'p', entry: '{"a":2}' }])
    })
  })

  it('replaces what the same window could not translate', async () => {
    const refused = async () =>
      (await sync.listRefused('ua_a' as UtilityAuthorizationId)).map(({ code }) => code)
    await put({ ...NOTHING, refused: [REFUSED] })
    await put({ ...NOTHING, refused: [{ ...REFUSED, code: 'other' }] }, { window: { purpose: 'customer' } })
    expect(await refused()).toEqual(['unknown_uom', 'other'])
    await put({
      ...NOTHING,
      refused: [
        { ...REFUSED, code: 'new' },
        { ...REFUSED, value: undefined },
      ],
    })
    expect(await refused()).toEqual(['other', 'new', 'unknown_uom'])
    await put(NOTHING)
    expect(await refused()).toEqual(['other'])
  })

  it('leaves the same store when a window is stored twice', async () => {
    await put({ ...house, refused: [REFUSED] })
    const before = await told('ua_a')
    await put({ ...house, refused: [REFUSED] })
    const stable = (all: unknown[]) => JSON.stringify(all)
    expect(stable(await told('ua_a'))).toBe(stable(before))
  })

  it('does nothing for a window that is gone: its authorization was erased', async () => {
    const window = { ...USAGE, runId: 'gone', number: 0, status: 'waiting' } as const
    const utilityAuthorizationId = 'ua_a' as UtilityAuthorizationId
    await sync.replaceWindow({
      ...{ window, utilityAuthorizationId, utilityId: 'u', timezone: 'UTC' },
      ...{ translated: house, context: [], bytes: 1n, at: new Date(FIRST) },
    })
    for (const table of [...FACTS, 'authorization_syncs'])
      expect(await rows(`select from ${table}`)).toEqual([])
  })

  describe('two authorizations that tell the same objects', () => {
    it('neither changes, adds or removes anything of the other', async () => {
      await put({ ...house, refused: [REFUSED] }, { context: [{ key: 'k', json: '{}' }] })
      const before = await told('ua_a')
      const narrow = { ...customer('a', ['a1'], ['2026-01-02']), accounts: [] }
      await put(narrow, { authorization: 'ua_b', at: LATER })
      await put(NOTHING, { authorization: 'ua_b', at: LATER, window: { purpose: 'customer' } })
      expect(await told('ua_a')).toEqual(before)
    })

    it('erasing one leaves the other as it is, and nothing of its own', async () => {
      await put({ ...house, refused: [REFUSED] }, { context: [{ key: 'k', json: '{}' }] })
      const before = await told('ua_a')
      await put(house, { authorization: 'ua_b', context: [{ key: 'k', json: '{}' }] })
      await sql`insert into earlier_created values ('ua_b', 'accounts', 'acc-a', now())`.execute(
        fresh.database,
      )
      await sync.eraseAuthorization('ua_b' as UtilityAuthorizationId)
      expect(await told('ua_a')).toEqual(before)
      for (const table of [...FACTS, ...OTHERS]) {
        expect(await rows(`select from ${table} where utility_authorization_id = 'ua_b'`)).toEqual([])
      }
    })
  })

  it('gives no number of a series twice when two windows are stored at once', async () => {
    const days = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04']
    const runId = 'at-once'
    const utilityAuthorizationId = 'ua_a' as UtilityAuthorizationId
    const at = new Date(FIRST)
    await sync.requestRun({ runId, utilityAuthorizationId, utilityId: 'u', renews: false, at, eta: at })
    await sync.planRun(runId, { historyFrom: at, windows: days.map(() => USAGE), at, eta: at })
    const stored = days.map((day, number) => {
      const window = { ...USAGE, runId, number, status: 'waiting' } as const
      const change = {
        window,
        utilityAuthorizationId,
        utilityId: 'u',
        timezone: 'UTC',
        context: [],
        bytes: 1n,
        at,
      }
      return sync.replaceWindow({ ...change, translated: customer('a', [`a${number}`], [day]) })
    })
    await Promise.all(stored)
    expect(await rows('select distinct series from usage_segments')).toHaveLength(4)
  })

  it('gives objects and segments the moment in which they were first met, until a run has ended well', async () => {
    const earlier = new Date('2025-01-01T00:00:00Z')
    const ids = [
      ['accounts', 'acc-a'],
      ['usage_segments', segmentId('seg-a1-2026-01-01')],
    ]
    for (const [kind, id] of ids)
      await sql`insert into earlier_created values ('ua_a', ${kind}, ${id}, ${earlier})`.execute(
        fresh.database,
      )
    await sql`insert into earlier_created values ('ua_b', 'accounts', 'acc-a', ${earlier})`.execute(
      fresh.database,
    )
    await put(house)
    const [account, ...others] = await objects()
    expect(account?.created).toEqual(earlier)
    expect(others.map(({ created }) => created)).toEqual(others.map(() => new Date(FIRST)))
    expect(await rows('select created from usage_segments order by segment_start')).toEqual([
      { created: earlier },
      { created: new Date(FIRST) },
    ])
    expect(await rows('select utility_authorization_id from earlier_created')).toEqual([
      { utility_authorization_id: 'ua_b' },
    ])
  })

  describe('a kind of which each window tells some', () => {
    const statements = {
      ...{ name: 'bill_statements', translated: 'statements', idMember: 'id', facets: {} },
      perWindow: true,
    } as unknown as Kind

    const tell = async (purpose: Window['purpose'], ...ids: string[]): Promise<unknown[]> => {
      const translated = { ...NOTHING, statements: ids.map((id) => ({ id })) }
      const change = {
        ...{ translated, utilityId: 'u', context: [], bytes: 1n, at: new Date(FIRST) },
        utilityAuthorizationId: 'ua_a' as UtilityAuthorizationId,
        timezone: 'America/New_York',
        window: { purpose, runId: 'r', number: 0, status: 'waiting' },
      } as WindowChange
      await fresh.database.transaction().execute((trx) => putObjects(trx, change, [statements]))
      return (await objects()).map(({ id }) => id)
    }

    it('stays when a window does not tell it', async () => {
      expect(await tell('usage', 'a', 'b')).toEqual(['a', 'b'])
      expect(await tell('usage', 'c')).toEqual(['a', 'b', 'c'])
      expect(await tell('usage')).toEqual(['a', 'b', 'c'])
      expect(await tell('customer')).toEqual(['a', 'b', 'c'])
      expect(await tell('usage_points')).toEqual(['a', 'b', 'c'])
    })
  })
})
