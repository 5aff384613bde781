import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import type { UsageSegment } from '../../src/cds/wire/usage-segment.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { parseExact } from '../../src/shared/json.ts'
import { textOf } from '../../src/shared/pieces.ts'
import type { SegmentLength } from '../../src/shared/segment-length.ts'
import { syncStore } from '../../src/store/sync.ts'
import type { FeedAnswer } from '../../src/sync/deps.ts'
import type { Window } from '../../src/sync/stores.ts'
import type { Unstamped } from '../../src/translate/translated.ts'
import { entriesOf, feedOf } from '../espi/build-feed.ts'
import { LAYOUTS } from '../support/layouts.ts'
import { freshDatabase } from '../support/postgres.ts'
import { drain, KEYS, syncDepsFor, wantRun, workOn } from '../support/sync-deps.ts'
import { customer, segment, segmentId, store } from '../support/translated.ts'

const HOUR = 3600
const epoch = (text: string): number => Date.parse(text) / 1000

const TABLES = [
  'usage_segments',
  'usage_series',
  'customer_objects',
  'customer_paths',
  'espi_context',
  'sync_runs',
]

describe.each(LAYOUTS)('$layout', async ({ partitions }) => {
  const fresh = await freshDatabase('segment_length', { partitions })
  beforeEach(async () => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(fresh.database)
  })

  interface Row {
    id: string
    segment_start: Date
    segment_end: Date
    interval_seconds: string
    formats: string
    text_bytes: number
    piece: Buffer
    modified: Date
  }

  async function stored(authorization = '%'): Promise<Row[]> {
    const { rows } =
      await sql<Row>`select u.*, replace(u.id::text, '-', '') as id, s.interval_seconds, s.formats
    from usage_segments u join usage_series s using (utility_authorization_id, series)
    where utility_authorization_id like ${authorization} order by segment_start, segment_end, u.id`.execute(
        fresh.database,
      )
    return rows
  }

  const textIn = (row: Row | undefined): string => textOf({ bytes: row!.piece, textBytes: row!.text_bytes })

  /** Every stored value as `start format value`, as often as it is stored. */
  async function values(authorization?: string): Promise<string[]> {
    const found: string[] = []
    for (const row of await stored(authorization)) {
      const types = (parseExact(row.formats) as { type: string }[]).map(({ type }) => type)
      const sets = parseExact(textIn(row)) as unknown[][]
      expect(row.segment_end.getTime() - row.segment_start.getTime()).toBe(
        sets.length * Number(row.interval_seconds) * 1000,
      )
      for (const [place, set] of sets.entries()) {
        const start = new Date(row.segment_start.getTime() + place * Number(row.interval_seconds) * 1000)
        for (const [column, value] of set.entries())
          if (value !== null) found.push(`${start.toISOString()} ${types[column]} ${JSON.stringify(value)}`)
      }
    }
    return found.sort()
  }

  const extents = async (): Promise<[string, string, string][]> =>
    (await stored()).map(({ id, segment_start, segment_end }) => [
      id,
      segment_start.toISOString().slice(0, 13),
      segment_end.toISOString().slice(0, 13),
    ])

  describe('changing the length of segments while data are there', () => {
    /** A utility that has hourly readings of all time up to now, each with a value of its own. */
    const reading = (start: number) => ({ start, value: (start / HOUR) % 10_007 })
    const utility = (now: () => Date, hasSince: number) => {
      const hours = (from: number, to: number) =>
        Array.from({ length: Math.max(0, (to - from) / HOUR) }, (_, at) => reading(from + at * HOUR))
      return async (window: Window): Promise<FeedAnswer> => {
        if (window.purpose === 'customer') return { kind: 'empty' }
        const to = Math.min((window.to?.getTime() ?? 0) / 1000, now().getTime() / 1000)
        const from = Math.max((window.from?.getTime() ?? 0) / 1000, hasSince)
        const blocks = window.purpose === 'usage' ? [hours(from, to)] : []
        const text = feedOf(entriesOf([{ blocks }]))
        return {
          kind: 'ready',
          body: (async function* () {
            yield Buffer.from(text)
          })(),
        }
      }
    }

    const clock = { now: new Date('2026-03-09T12:00:00Z'), run: 0 }
    beforeEach(() => {
      clock.now = new Date('2026-03-09T12:00:00Z')
    })

    /** One whole run, as a queue would drive it, on the day after the last one. */
    async function run(length: SegmentLength, { hasSince = 0, planned = length } = {}): Promise<void> {
      const benchOf = (each: SegmentLength) => {
        const answer = utility(() => clock.now, hasSince)
        const made = syncDepsFor(fresh.database, answer, each)
        made.clock.advance(clock.now.getTime() - made.clock.now().getTime())
        return made
      }
      const [planner, bench] = [benchOf(planned), benchOf(length)]
      const runId = `run-${clock.run++}`
      await wantRun(planner, runId, true)
      await workOn(planner, { name: 'advance', runId, step: 'plan' })
      bench.jobs.push(...planner.jobs.slice(1))
      await drain(bench, 1_000)
      expect(bench.outcomes).toEqual(['loaded'])
      clock.now = new Date(clock.now.getTime() + 86_400_000)
    }

    /** What a client must find from a moment on, up to the last run. */
    const everyHour = (since: string): string[] => {
      const until = clock.now.getTime() / 1000 - 86_400
      return Array.from({ length: (until - epoch(since)) / HOUR }, (_, at) => {
        const { start, value } = reading(epoch(since) + at * HOUR)
        return `${new Date(start * 1000).toISOString()} electric_usage {"eu":${new Decimal(BigInt(value), -3)}}`
      })
    }
    /** The history of 62 days before the first run, from local midnight on. */
    const FIRST = '2026-01-06T05:00:00Z'

    it.each([
      [['day', 'month', 'day', 'month']],
      [['month', 'day', 'month', 'day']],
      [['month', 'month', 'month']],
    ] as const)('%j: after each run every value is served once, and none is lost', async (lengths) => {
      for (const length of lengths) {
        await run(length)
        expect(await values()).toEqual(everyHour(FIRST))
      }
    })

    it.each([
      ['day', 'month'],
      ['month', 'day'],
    ] as const)(
      'in the middle of a run, planned for a %s and gone on with for a %s',
      async (planned, length) => {
        await run(length, { planned })
        expect(await values()).toEqual(everyHour(FIRST))
        await run(length)
        expect(await values()).toEqual(everyHour(FIRST))
      },
    )

    it('months stay one segment each, however often they are fetched', async () => {
      for (let time = 0; time < 3; time++) await run('month')
      expect((await extents()).map(([, from, to]) => [from, to])).toEqual([
        ['2026-01-06T05', '2026-02-01T05'],
        ['2026-02-01T05', '2026-03-01T05'],
        ['2026-03-01T05', '2026-03-11T12'],
      ])
    })

    it('from days to months, what is fetched again becomes months, and what is not stays days', async () => {
      await run('day')
      await run('month')
      const found = await extents()
      expect(found).toHaveLength(26 + 28 + 1)
      expect(found.at(-1)?.slice(1)).toEqual(['2026-03-01T05', '2026-03-10T12'])
    })

    it('from months to days, a month keeps the days that are not fetched again, and its id', async () => {
      await run('month')
      const [january, february, march, ...none] = await extents()
      expect(none).toEqual([])
      await run('day')
      const found = await extents()
      expect(found.slice(0, 3)).toEqual([january, february, [march?.[0], '2026-03-01T05', '2026-03-02T05']])
      expect(found).toHaveLength(3 + 9)
    })

    it('a day that the utility no longer has is kept as it is when its month comes without it', async () => {
      await run('day')
      await run('month', { hasSince: epoch('2026-03-04T05:00:00Z') })
      expect(await values()).toEqual(everyHour(FIRST))
      expect((await extents()).slice(-4).map(([, from]) => from)).toEqual([
        '2026-03-01T05',
        '2026-03-02T05',
        '2026-03-03T05',
        '2026-03-04T05',
      ])
      await run('month', { hasSince: epoch('2026-03-06T05:00:00Z') })
      expect(await values()).toEqual(everyHour(FIRST))
    })
  })

  describe('a stored segment beside new ones', () => {
    const sync = syncStore(fresh.database, KEYS)
    const of = (usageSegments: Unstamped<UsageSegment>[]) => ({ ...customer('a', ['a1'], []), usageSegments })
    let minute = 0
    const put = (segments: Unstamped<UsageSegment>[], authorization = 'ua_a') =>
      store(sync, authorization, of(segments), new Date(Date.UTC(2026, 5, 1, 0, minute++)).toISOString())

    /** Hourly values of several days in one segment. */
    const days = (id: string, ...list: string[]): Unstamped<UsageSegment> => {
      const parts = list.map((day) => segment('a', 'a1', day))
      return {
        ...parts[0]!,
        cds_usagesegment_id: segmentId(id),
        segment_end: parts.at(-1)!.segment_end,
        values: parts.flatMap((part) => part.values),
      }
    }

    it('keeps the days before those that come again under its id', async () => {
      await put([days('month', '2026-01-01', '2026-01-02', '2026-01-03')])
      const before = await values()
      await put([days('month', '2026-01-03')])
      expect(await values()).toEqual(before)
      const [rest, month] = await extents()
      expect(rest?.slice(1)).toEqual(['2026-01-01T00', '2026-01-03T00'])
      expect(rest?.[0]).toMatch(/^[0-9a-f]{32}$/)
      expect(month).toEqual([segmentId('month'), '2026-01-03T00', '2026-01-04T00'])
      await put([days('month', '2026-01-01', '2026-01-02', '2026-01-03')])
      expect(await values()).toEqual(before)
      expect(await extents()).toEqual([[segmentId('month'), '2026-01-01T00', '2026-01-04T00']])
    })

    it('keeps what it had where its id comes back for another time altogether', async () => {
      await put([days('month', '2026-01-01')])
      await put([days('month', '2026-01-05')])
      await put([days('month', '2026-01-09')])
      expect((await extents()).map(([, from]) => from)).toEqual([
        '2026-01-01T00',
        '2026-01-05T00',
        '2026-01-09T00',
      ])
    })

    it('replaces no day that another authorization told', async () => {
      await put([days('month', '2026-01-01', '2026-01-02')])
      const before = [await values('ua_a'), await stored('ua_a')]
      await put([segment('a', 'a1', '2026-01-02', 500n), days('month', '2026-01-03')], 'ua_b')
      expect([await values('ua_a'), await stored('ua_a')]).toEqual(before)
      expect(await values('ua_b')).toHaveLength(48)
    })

    const january = ['2026-01-01', '2026-01-02', '2026-01-03'] as const
    const without = (month: Unstamped<UsageSegment>, isMissing: (place: number) => boolean) => ({
      ...month,
      values: month.values.map((set, place) => (isMissing(place) ? [null] : set)),
    })

    it.each([
      ['days', () => january.map((day) => segment('a', 'a1', day, 500n))],
      [
        'the month',
        () => [
          {
            ...days('month', ...january),
            values: january.flatMap((day) => segment('a', 'a1', day, 500n).values),
          },
        ],
      ],
    ])(
      'keeps a day of which the month tells nothing, and gives up those of which it tells anything: %s',
      async (_, old) => {
        await put(old())
        const missing = (place: number) => place === 5 || (place >= 24 && place < 48)
        await put([without(days('month', ...january), missing)])
        const found = await values()
        expect(found).toHaveLength(71)
        expect(
          found.filter((value) => value.startsWith('2026-01-02')).map((value) => value.slice(-6, -1)),
        ).toEqual(Array.from({ length: 24 }, (_, hour) => (0.5 + hour / 1000).toFixed(3)))
        expect(found.filter((value) => value.includes('eu":0.5'))).toHaveLength(24)
        const before = await extents()
        expect(before).toHaveLength(2)
        await put([without(days('month', ...january), missing)])
        expect(await extents()).toEqual(before)
        await put([days('month', ...january)])
        expect(await extents()).toEqual([[segmentId('month'), '2026-01-01T00', '2026-01-04T00']])
      },
    )

    it('holds the places of what came again with null, where it has values on both sides (§10.8.3)', async () => {
      await put([days('month', '2026-01-01', '2026-01-02', '2026-01-03')])
      await put([segment('a', 'a1', '2026-01-02', 500n)])
      const [month, day] = await stored()
      const sets = parseExact(textIn(month)) as unknown[][]
      expect(sets.map(([value]) => (value === null ? 0 : 1)).join('')).toBe(
        `${'1'.repeat(24)}${'0'.repeat(24)}${'1'.repeat(24)}`,
      )
      expect([month?.id, day?.id]).toEqual(['month', 'seg-a1-2026-01-02'].map(segmentId))
    })

    it('is not touched by a sync that brings the same again', async () => {
      await put([days('month', '2026-01-01', '2026-01-02')])
      await put([segment('a', 'a1', '2026-01-02', 500n)])
      const before = (await stored()).map(({ id, modified, piece }) => [id, modified, piece])
      await put([segment('a', 'a1', '2026-01-02', 500n)])
      expect((await stored()).map(({ id, modified, piece }) => [id, modified, piece])).toEqual(before)
    })

    it('stays beside what measures something else: a register, another interval, another phase, a billing period', async () => {
      const day = segment('a', 'a1', '2026-01-01')
      const shifted = { segment_start: '2026-01-01T00:30:00Z', segment_end: '2026-01-02T00:30:00Z' }
      const period = { segment_end: '2026-01-31T00:00:00Z', interval: new Decimal(2_592_000n) }
      await put([
        {
          ...day,
          cds_usagesegment_id: segmentId('register'),
          formats: [{ id: 'r', type: 'meter_readings', units: 'kWh' }],
        },
        {
          ...day,
          cds_usagesegment_id: segmentId('half'),
          segment_end: '2026-01-01T12:00:00Z',
          interval: new Decimal(1800n),
        },
        { ...day, ...shifted, cds_usagesegment_id: segmentId('shifted') },
        { ...day, ...period, cds_usagesegment_id: segmentId('period'), values: day.values.slice(0, 1) },
      ])
      const before = await values()
      const month = days('month', '2026-01-01', '2026-01-02')
      await put([
        month,
        { ...day, ...period, cds_usagesegment_id: segmentId('another'), values: day.values.slice(0, 1) },
      ])
      const names = ['another', 'half', 'month', 'period', 'register', 'shifted']
      expect((await stored()).map(({ id }) => id).sort()).toEqual(names.map(segmentId).sort())
      expect(await values()).toEqual(expect.arrayContaining(before))
    })
  })
})
