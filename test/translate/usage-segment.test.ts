import { describe, expect, it } from 'vitest'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { feed, hourly, type TestReading, type TestStream } from '../espi/build-feed.ts'
import { context, total } from './context.ts'

const HOUR = 3600
/** 2026-01-01T00:00:00-05:00 */
const NEW_YEAR = 1767243600

async function translate(
  streams: TestStream[],
  overrides: Partial<typeof context> = {},
  kind = 0,
): Promise<Translated> {
  return translateFeed(await feed(streams, kind), { ...context, ...overrides })
}

const hours = (...values: (number | bigint | undefined)[]): TestReading[] =>
  values.flatMap((value, hour) => (value === undefined ? [] : [{ start: NEW_YEAR + hour * HOUR, value }]))

const valuesOf = ({ usageSegments }: Translated): string[] =>
  usageSegments.map(({ values }) => JSON.stringify(values))

describe('toUsageSegments, CDS-WG3-01 §10.8', () => {
  it('keeps every digit the meter reported (CDS-WG1-02 §2 decimal)', async () => {
    const translated = await translate([{ blocks: [hours(1230n, 9007199254740993n, -5n)] }])
    expect(valuesOf(translated)).toEqual(['[[{"eu":1.230}],[{"eu":9007199254740.993}],[{"eu":-0.005}]]'])
  })

  it.each([
    [3, '[[{"eu":7}]]'],
    [0, '[[{"eu":0.007}]]'],
    [-3, '[[{"eu":0.000007}]]'],
    [5, '[[{"eu":700}]]'],
  ])('moves only the point for powerOfTenMultiplier %i', async (powerOfTenMultiplier, values) => {
    const translated = await translate([{ type: { ...hourly, powerOfTenMultiplier }, blocks: [hours(7)] }])
    expect(valuesOf(translated)).toEqual([values])
  })

  it('holds the place of a missing interval with null, and trims what is missing at the ends (§10.8.3)', async () => {
    const translated = await translate([{ blocks: [hours(undefined, 100, undefined, 300)] }])
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.100}],[null],[{"eu":0.300}]]'])
    expect(translated.usageSegments[0]).toMatchObject({
      segment_start: '2026-01-01T06:00:00Z',
      segment_end: '2026-01-01T09:00:00Z',
    })
  })

  it('reports energy sent to the grid as negative, beside what was taken from it (§10.8.5.1.2)', async () => {
    const translated = await translate([
      { type: { ...hourly, flowDirection: 19 }, blocks: [hours(500, 600)] },
      { blocks: [hours(100, undefined)] },
    ])
    expect(translated.usageSegments).toHaveLength(1)
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'electric_usage', units: 'kWh', direction: 'forward' },
      { type: 'electric_usage', units: 'kWh', direction: 'reverse' },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.100},{"eu":-0.500}],[null,{"eu":-0.600}]]'])
  })

  it('names the one of two readings that differs in nothing but its quality', async () => {
    const [reading] = hours(500)
    const translated = await translate([
      { blocks: [[{ ...reading!, quality: 8 }], [{ ...reading!, quality: 17 }]] },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.500}]]'])
    expect(translated.refused.map(({ code }) => code)).toEqual(['duplicate_reading'])
  })

  it('refuses a value of more digits than any meter has, instead of reckoning for minutes', async () => {
    const digits = (count: number): bigint => 10n ** BigInt(count - 1)
    const { usageSegments, refused } = await translate([{ blocks: [hours(digits(1000), digits(1001))] }])
    expect(usageSegments[0]?.values).toHaveLength(1)
    expect(refused).toMatchObject([{ code: 'value_not_integer', count: 1 }])
    expect(refused[0]?.value).toMatch(/^10{199}… \(1001 characters\)$/)
  })

  it('cuts an hour into single readings where each second has a code of its own: no feed becomes a hundred times as large', async () => {
    const seconds = Array.from({ length: 3600 }, (_, at) => ({
      start: 1767243600 + at,
      duration: 1,
      value: at,
      tou: at + 1,
    }))
    const { usageSegments } = await translate([{ type: { ...hourly, intervalLength: 1 }, blocks: [seconds] }])
    expect(usageSegments).toHaveLength(3600)
    expect(new Set(usageSegments.map((segment) => segment.cds_usagesegment_id)).size).toBe(3600)
    const minutes = seconds
      .slice(0, 1440)
      .map((one, at) => ({ ...one, start: 1767243600 + at * 60, duration: 60 }))
    const days = await translate([{ type: { ...hourly, intervalLength: 60 }, blocks: [minutes] }])
    expect(days.usageSegments).toHaveLength(24)
    expect(days.usageSegments[0]?.values).toHaveLength(60)
  })

  it('turns a reverse reading that is negative too, and names it: both ways of writing exist (§10.8.5.1.2)', async () => {
    const translated = await translate([
      { type: { ...hourly, flowDirection: 19 }, blocks: [hours(500, -600, -700)] },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"eu":-0.500}],[{"eu":0.600}],[{"eu":0.700}]]'])
    expect(translated.refused.map(({ code, field, value, count }) => [code, field, value, count])).toEqual([
      ['reverse_negative', 'IntervalReading.value', '-600', 2],
    ])
  })

  it('keeps the sign of a net reading, and says no direction where ESPI says none (§10.8.5.1.1, §10.8.7.2)', async () => {
    const net = await translate([{ type: { ...hourly, flowDirection: 4 }, blocks: [hours(-5)] }])
    expect(net.usageSegments[0]?.formats[0]).toMatchObject({ direction: 'net' })
    expect(valuesOf(net)).toEqual(['[[{"eu":-0.005}]]'])
    const { flowDirection: _, ...silent } = hourly
    const unknown = await translate([{ type: silent, blocks: [hours(5)] }])
    expect(unknown.usageSegments[0]?.formats[0]).not.toHaveProperty('direction')
  })

  it('makes different qualities different formats, the ESPI code beside the CDS word (§10.8.7.6)', async () => {
    const [first, second, third] = hours(1, 2, 3)
    const blocks = [[first!, { ...second!, quality: 8 }, { ...third!, quality: 7 }]]
    const translated = await translate([{ type: { ...hourly, defaultQuality: 19 }, blocks }])
    const formats = translated.usageSegments[0]?.formats
    expect(formats).toMatchObject([
      { espi_quality: 7 },
      { espi_quality: 8, quality: 'estimated' },
      { espi_quality: 19, quality: 'revenue' },
    ])
    expect(formats?.[0]).not.toHaveProperty('quality')
    expect(valuesOf(translated)).toEqual([
      '[[null,null,{"eu":0.001}],[null,{"eu":0.002},null],[{"eu":0.003},null,null]]',
    ])
  })

  it('makes different times of use and tiers different formats, numbers as the custodian gave them (§10.8.5.1.1)', async () => {
    const [first, second] = hours(1, 2)
    const translated = await translate([
      {
        blocks: [
          [
            { ...first!, tou: 3 },
            { ...second!, tou: 0, tier: 2 },
          ],
        ],
      },
    ])
    expect(translated.usageSegments[0]?.formats).toMatchObject([{ espi_tier: 2 }, { espi_tou: 3 }])
    expect(translated.usageSegments[0]?.formats[1]).not.toHaveProperty('tou')
    expect(valuesOf(translated)).toEqual(['[[null,{"eu":0.001}],[{"eu":0.002},null]]'])
  })

  it('puts the cost of an interval into a format of its own, 10⁻⁵ whatever the multiplier (§10.8.5.7)', async () => {
    const [first, second] = hours(1, 2)
    const type = { ...hourly, powerOfTenMultiplier: 3, currency: 124 }
    const translated = await translate([
      {
        type,
        blocks: [
          [
            { ...first!, cost: 8700 },
            { ...second!, quality: 8 },
          ],
        ],
      },
    ])
    expect(translated.usageSegments[0]?.formats[2]).toMatchObject({
      type: 'cost',
      currency: 'CAD',
      indexes: [0, 1],
    })
    expect(valuesOf(translated)).toEqual(['[[{"eu":1},null,{"c":0.08700}],[null,{"eu":2},null]]'])
  })

  it('refuses a cost whose currency nobody knows, and keeps the usage', async () => {
    const blocks = [[{ start: NEW_YEAR, value: 1, cost: 5 }]]
    const unknown = await translate([{ blocks }])
    expect(unknown.refused).toMatchObject([
      { code: 'currency_unknown', field: 'ReadingType.currency', count: 1 },
    ])
    expect(valuesOf(unknown)).toEqual(['[[{"eu":0.001}]]'])
    const named = await translate([{ blocks }], { currency: 'USD' })
    expect(named.usageSegments[0]?.formats[1]).toMatchObject({ type: 'cost', currency: 'USD', indexes: [0] })
    expect(named.refused).toEqual([])
  })

  it('makes a register a text in a segment of its own, never usage (§10.8.4, §10.8.5.8.1, §10.8.5.8.2)', async () => {
    const register = { ...hourly, accumulationBehaviour: 1 }
    const translated = await translate([
      { blocks: [hours(1000)] },
      { type: register, blocks: [[{ start: NEW_YEAR, value: 9876543, cost: 0 }]] },
    ])
    expect(translated.usageSegments.map(({ formats }) => formats[0]?.type)).toEqual([
      'electric_usage',
      'meter_readings',
    ])
    expect(valuesOf(translated)).toEqual(['[[{"eu":1.000}]]', '[[{"r":"9876.543"}]]'])
    expect(translated.usageSegments[1]?.formats[0]).toMatchObject({
      register: null,
      units: 'kWh',
      espi_direction: 'forward',
    })
    expect(translated.refused).toMatchObject([{ code: 'cost_of_register', count: 1 }])
    expect(total(translated, 'eu')).toBe('1.000')
  })

  it.each([
    [{ dataQualifier: 8 }, 'peak'],
    [{ dataQualifier: 2 }, 'average'],
    [{ accumulationBehaviour: 12 }, 'starting'],
    [{}, 'average'],
  ])('makes watts a demand, %j is %s (§10.8.5.2.1, §10.8.7.7)', async (codes, demand_type) => {
    const type = { ...hourly, uom: 38, kind: 8, ...codes }
    const translated = await translate([{ type, blocks: [hours(1500)] }])
    expect(translated.usageSegments[0]?.formats[0]).toMatchObject({
      type: 'electric_demand',
      units: 'kW',
      demand_type,
    })
    expect(valuesOf(translated)).toEqual(['[[{"ed":1.500}]]'])
  })

  it.each([
    [1, { commodity: 7, uom: 169 }, 'natural_gas_usage', 'therm', 'gu'],
    [1, { commodity: 7, uom: 132 }, 'natural_gas_usage', 'Btu', 'gu'],
    [1, { commodity: 7, uom: 167 }, 'natural_gas_usage', 'Sm3', 'gu'],
    [1, { commodity: 7, uom: 120 }, 'natural_gas_usage', 'scf', 'gu'],
    [1, { commodity: 7, uom: 42 }, 'espi_natural_gas_volume', 'm3', 'v'],
    [1, { commodity: 0, uom: 119 }, 'espi_natural_gas_volume', 'ft3', 'v'],
    [2, { commodity: 9, uom: 42 }, 'water_usage', 'm3', 'wu'],
    [2, { commodity: 0, uom: 128 }, 'water_usage', 'gal', 'wu'],
    [2, { commodity: 9, uom: 134 }, 'water_usage', 'L', 'wu'],
    [2, { commodity: 9, uom: 119 }, 'water_usage', 'ft3', 'wu'],
  ])(
    'keeps gas and water in the unit that was measured (service %i, %j)',
    async (kind, codes, type, units, member) => {
      const translated = await translate(
        [{ type: { ...hourly, powerOfTenMultiplier: -3, ...codes }, blocks: [hours(1230)] }],
        {},
        kind,
      )
      expect(translated.usageSegments[0]?.formats[0]).toMatchObject({ type, units })
      expect(valuesOf(translated)).toEqual([`[[{"${member}":1.230}]]`])
    },
  )

  it.each([
    ['unknown_uom', 'ReadingType.uom', { uom: 65535 }],
    ['unsupported_uom', 'ReadingType.uom', { uom: 114 }],
    ['unsupported_flow_direction', 'ReadingType.flowDirection', { flowDirection: 20 }],
    ['unsupported_commodity', 'ReadingType.commodity', { commodity: 99 }],
    ['unsupported_accumulation', 'ReadingType.accumulationBehaviour', { accumulationBehaviour: 13 }],
    ['unsupported_data_qualifier', 'ReadingType.dataQualifier', { dataQualifier: 9 }],
    ['power_of_ten_out_of_range', 'ReadingType.powerOfTenMultiplier', { powerOfTenMultiplier: 4096 }],
  ])('refuses by name what CDS cannot say: %s', async (code, field, codes) => {
    const translated = await translate([{ type: { ...hourly, ...codes }, blocks: [hours(1, 2)] }])
    expect(translated.usageSegments).toEqual([])
    expect(translated.refused).toMatchObject([{ code, field, entry: '/ReadingType/1', count: 2 }])
  })

  it('merges meter readings that differ in nothing but their interval length, as one custodian mints them', async () => {
    const [first, second] = hours(1, 2)
    const translated = await translate([
      { blocks: [[first!]] },
      { type: { ...hourly, intervalLength: 7200 }, blocks: [[second!]] },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.001}],[{"eu":0.002}]]'])
  })
})

describe('segments in time, CDS-WG3-01 §10.8.1', () => {
  const everyHour = (start: number, count: number): TestReading[] =>
    Array.from({ length: count }, (_, hour) => ({ start: start + hour * HOUR, value: 1 }))

  it.each([
    ['the day the clock goes forward', Date.UTC(2026, 2, 8, 5) / 1000, 23],
    ['an ordinary day', Date.UTC(2026, 5, 1, 4) / 1000, 24],
    ['the day the clock goes back', Date.UTC(2026, 10, 1, 4) / 1000, 25],
  ])('cuts at local midnight: %s has %i hours', async (_name, start, count) => {
    const { usageSegments } = await translate([{ blocks: [everyHour(start - HOUR, count + 2)] }])
    expect(usageSegments.map(({ values }) => values.length)).toEqual([1, count, 1])
  })

  it('gives whole days a segment each, so that a sync can replace a day as a whole', async () => {
    const days = [6, 7, 9].map((day) => ({
      start: Date.UTC(2026, 2, day, 5) / 1000,
      duration: 86400,
      value: day,
    }))
    const { usageSegments } = await translate([{ blocks: [days] }])
    expect(
      usageSegments.map((segment) => [segment.segment_start, segment.segment_end, segment.values.length]),
    ).toEqual([
      ['2026-03-06T05:00:00Z', '2026-03-07T05:00:00Z', 1],
      ['2026-03-07T05:00:00Z', '2026-03-08T05:00:00Z', 1],
      ['2026-03-09T05:00:00Z', '2026-03-10T05:00:00Z', 1],
    ])
  })

  it('leaves out readings that begin outside the window that was asked for: their day comes whole with another', async () => {
    const blocks = await feed([{ blocks: [everyHour(NEW_YEAR - 29 * HOUR, 4 * 24)] }])
    const history = { start: NEW_YEAR - 48 * HOUR, end: NEW_YEAR + 72 * HOUR }
    const days = [-48, -24, 0, 24, 48].map((hours) => {
      const start = NEW_YEAR + hours * HOUR
      return translateFeed(blocks, { ...context, window: { start, end: start + 24 * HOUR, history } })
    })
    expect(days.flatMap(({ usageSegments }) => usageSegments)).toEqual(
      translateFeed(blocks, context).usageSegments,
    )
    expect(days.map(({ usageSegments }) => usageSegments[0]?.values.length)).toEqual([5, 24, 24, 24, 19])
    expect(days.flatMap(({ refused }) => refused)).toEqual([])
  })

  it('translates readings that nobody asked for: a custodian may overlook the window', async () => {
    const blocks = await feed([{ blocks: [everyHour(NEW_YEAR, 24)] }])
    const year = 365 * 24 * HOUR
    const window = { start: NEW_YEAR + year, end: NEW_YEAR + year + 24 * HOUR }
    const { usageSegments } = translateFeed(blocks, { ...context, window: { ...window, history: window } })
    expect(usageSegments.map(({ values }) => values.length)).toEqual([24])
  })

  it('cuts intervals shorter than a minute at the hour, so that few readings never claim many places', async () => {
    const readings = [0, 5 * HOUR, 5 * HOUR + 2].map((offset) => ({
      start: NEW_YEAR + offset,
      duration: 1,
      value: 1,
    }))
    const { usageSegments } = await translate([{ blocks: [readings] }])
    expect(usageSegments.map(({ values }) => values.length)).toEqual([1, 3])
  })

  it('gives bill periods of varying length a segment each', async () => {
    const months = [
      { start: NEW_YEAR, duration: 31 * 86400, value: 1 },
      { start: NEW_YEAR + 31 * 86400, duration: 28 * 86400, value: 2 },
    ]
    const { usageSegments } = await translate([{ blocks: [months] }])
    expect(usageSegments.map(({ interval, values }) => [interval.toString(), values.length])).toEqual([
      ['2678400', 1],
      ['2419200', 1],
    ])
  })

  it('lets readings without a time follow each other from the start of their block', async () => {
    const text =
      '<IntervalBlock><interval><start>1767243600</start></interval><IntervalReading><value>1</value></IntervalReading><IntervalReading><value>2</value></IntervalReading></IntervalBlock>'
    const { entriesOf, entry, feedOf, read } = await import('../espi/build-feed.ts')
    const entries = [
      ...entriesOf([{ blocks: [] }]),
      entry('/UsagePoint/1/MeterReading/1/IntervalBlock/1', text),
    ]
    const translated = translateFeed(await read(feedOf(entries)), context)
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.001}],[{"eu":0.002}]]'])
    expect(translated.usageSegments[0]?.segment_start).toBe('2026-01-01T05:00:00Z')
  })

  it('refuses a reading whose duration nobody tells, and one beyond the year 9999', async () => {
    const { intervalLength: _, ...type } = hourly
    const readings = [
      { start: NEW_YEAR, duration: 0, value: 1 },
      { start: 99_999_999_999, value: 1 },
      { start: NEW_YEAR, duration: 253_402_300_800, value: 1 },
    ]
    const translated = await translate([{ type, blocks: [readings] }])
    expect(translated.refused.map(({ code, count }) => [code, count])).toEqual([
      ['duration_unknown', 1],
      ['timestamp_out_of_range', 1],
    ])
  })
})

describe('segments of a month', () => {
  const months = { segmentLength: 'month' } as const
  const every = (interval: number, start: number, end: number): TestReading[] =>
    Array.from({ length: (end - start) / interval }, (_, at) => ({
      start: start + at * interval,
      duration: interval,
      value: 1,
    }))
  const at = (text: string): number => Date.parse(text) / 1000
  const extents = ({ usageSegments }: Translated) =>
    usageSegments.map(({ segment_start, segment_end, interval, values }) => [
      segment_start,
      segment_end,
      `${interval} × ${values.length}`,
    ])

  it.each([
    ['of 31 days', '2026-01-01T05:00:00Z', '2026-02-01T05:00:00Z', 31 * 96],
    ['in which the clock goes forward', '2026-03-01T05:00:00Z', '2026-04-01T04:00:00Z', 31 * 96 - 4],
    ['in which the clock goes back', '2026-11-01T04:00:00Z', '2026-12-01T05:00:00Z', 30 * 96 + 4],
  ])(
    'hold the quarter-hours of the local month, one %s from %s to %s: %i places',
    async (_, start, end, count) => {
      const blocks = [every(900, at(start) - HOUR, at(end) + HOUR)]
      const translated = await translate([{ blocks }], months)
      expect(extents(translated)).toEqual([
        [expect.any(String), start, '900 × 4'],
        [start, end, `900 × ${count}`],
        [end, expect.any(String), '900 × 4'],
      ])
      expect(total(translated, 'eu')).toBe(`${(count + 8) / 1000}`.padEnd(5, '0'))
    },
  )

  it('hold the places of missing intervals with null, and are trimmed at their ends (§10.8.3)', async () => {
    const [first, , third] = every(86_400, at('2026-01-02T05:00:00Z'), at('2026-01-05T05:00:00Z'))
    const translated = await translate([{ blocks: [[first!, third!]] }], months)
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.001}],[null],[{"eu":0.001}]]'])
    expect(extents(translated)).toEqual([['2026-01-02T05:00:00Z', '2026-01-05T05:00:00Z', '86400 × 3']])
  })

  it('are split where the grid is another: days behind a change of the clock, quarter-hours beside hours', async () => {
    const days = [
      ...every(86_400, at('2026-03-06T05:00:00Z'), at('2026-03-08T05:00:00Z')),
      ...every(82_800, at('2026-03-08T05:00:00Z'), at('2026-03-09T04:00:00Z')),
      ...every(86_400, at('2026-03-09T04:00:00Z'), at('2026-03-12T04:00:00Z')),
    ]
    expect(extents(await translate([{ blocks: [days] }], months)).map(([, , places]) => places)).toEqual([
      '82800 × 1',
      '86400 × 3',
      '86400 × 2',
    ])
    const mixed = [every(900, NEW_YEAR, NEW_YEAR + HOUR), every(HOUR, NEW_YEAR, NEW_YEAR + 2 * HOUR)]
    expect(extents(await translate([{ blocks: mixed }], months)).map(([, , places]) => places)).toEqual([
      '3600 × 2',
      '900 × 4',
    ])
  })

  it('have another id than the day that begins them; days have the id they always had', async () => {
    const streams = [{ blocks: [hours(1, 2)] }]
    const [day] = (await translate(streams)).usageSegments
    const [month] = (await translate(streams, months)).usageSegments
    const key = [day!.related_servicepoints[0]!, 'interval', '3600', '0', String(NEW_YEAR)]
    expect(day?.cds_usagesegment_id).toBe(context.identify('usage_segment', ...key))
    expect(month?.cds_usagesegment_id).toBe(context.identify('usage_segment', ...key, 'month'))
    expect(month?.formats).toEqual(day?.formats)
  })

  it('are the segments they are by days where intervals are shorter than a minute or longer than a day', async () => {
    const blocks = [
      every(1, NEW_YEAR, NEW_YEAR + 5),
      every(1, NEW_YEAR + HOUR, NEW_YEAR + HOUR + 5),
      every(31 * 86_400, NEW_YEAR, NEW_YEAR + 31 * 86_400),
    ]
    const translated = await translate([{ blocks }], months)
    expect(translated.usageSegments).toHaveLength(3)
    expect(translated.usageSegments).toEqual((await translate([{ blocks }])).usageSegments)
  })

  it('are cut into days where they would hardly hold anything: few readings never claim many places', async () => {
    const sparse = [NEW_YEAR, NEW_YEAR + 60, NEW_YEAR + 20 * 86_400].map((start) => ({
      start,
      duration: 60,
      value: 1,
    }))
    const translated = await translate([{ blocks: [sparse] }], months)
    expect(translated.usageSegments.map(({ values }) => values.length)).toEqual([2, 1])
    expect(translated.usageSegments).toEqual((await translate([{ blocks: [sparse] }])).usageSegments)
  })

  it('leave readings of other months to the window that was asked for them', async () => {
    const blocks = await feed([
      { blocks: [every(HOUR, at('2026-01-20T05:00:00Z'), at('2026-03-10T05:00:00Z'))] },
    ])
    const months = [
      '2026-01-01T05:00:00Z',
      '2026-02-01T05:00:00Z',
      '2026-03-01T05:00:00Z',
      '2026-04-01T04:00:00Z',
    ]
    const history = { start: at(months[0]!), end: at(months[3]!) }
    const windows = [0, 1, 2].map((index) => {
      const window = { start: at(months[index]!), end: at(months[index + 1]!), history }
      return translateFeed(blocks, { ...context, segmentLength: 'month', window })
    })
    expect(windows.map(({ usageSegments }) => usageSegments[0]?.values.length)).toEqual([
      12 * 24,
      28 * 24,
      9 * 24,
    ])
    expect(windows.flatMap(({ usageSegments }) => usageSegments)).toEqual(
      translateFeed(blocks, { ...context, segmentLength: 'month' }).usageSegments,
    )
  })
})

describe('readings that come twice', () => {
  const reading = (value: number): TestReading => ({ start: NEW_YEAR, value })

  it('keeps the later updated, wherever it stands, and reports the difference', async () => {
    const blocks = [[reading(1)], [reading(2)]]
    const updated = ['2026-02-02T00:00:00Z', '2026-02-01T00:00:00Z']
    const translated = await translate([{ blocks, updated }])
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.001}]]'])
    expect(translated.refused).toMatchObject([{ code: 'duplicate_reading', count: 1 }])
  })

  it('keeps the later in the document when both are equally new', async () => {
    expect(valuesOf(await translate([{ blocks: [[reading(1)], [reading(2)]] }]))).toEqual([
      '[[{"eu":0.002}]]',
    ])
  })

  it('says nothing about a repetition of the same', async () => {
    const translated = await translate([{ blocks: [[reading(1)], [reading(1)]] }])
    expect(translated.refused).toEqual([])
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.001}]]'])
  })

  it('keeps the parts of one interval that fall into different tiers', async () => {
    const translated = await translate([
      {
        blocks: [
          [
            { ...reading(1), tier: 1 },
            { ...reading(2), tier: 2 },
          ],
        ],
      },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"eu":0.001},{"eu":0.002}]]'])
  })
})
