import { describe, expect, it } from 'vitest'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Refused, Translated } from '../../src/translate/translated.ts'
import { entriesOf, entry, feedOf, hourly, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

const START = '1767243600'

async function translate(entries: string[]): Promise<Translated> {
  const feed = await read(feedOf(entries))
  return translateFeed(feed, { ...context, currency: 'CAD' })
}

const lineOf = ({ code, field, value }: Refused): unknown[] => [code, field, value]

const point = entriesOf([{ type: hourly, blocks: [] }])
const block = (inner: string): string[] => [
  ...point,
  entry('/UsagePoint/1/MeterReading/1/IntervalBlock/1', `<IntervalBlock>${inner}</IntervalBlock>`),
]
const period = (start: string): string => `<duration>3600</duration><start>${start}</start>`

/** Every place of a time that decides when something was, and how it is named when it is refused. */
const INSTANTS: readonly (readonly [place: string, field: string, feed: (time: string) => string[]])[] = [
  [
    'a reading',
    'IntervalReading.timePeriod.start',
    (time) =>
      block(`<IntervalReading><timePeriod>${period(time)}</timePeriod><value>1</value></IntervalReading>`),
  ],
  [
    'a block whose readings have no time',
    'interval.start',
    (time) =>
      block(`<interval>${period(time)}</interval><IntervalReading><value>1</value></IntervalReading>`),
  ],
  [
    'a power quality summary',
    'summaryInterval.start',
    (time) => [
      ...point,
      entry(
        '/UsagePoint/1/ElectricPowerQualitySummary/1',
        `<ElectricPowerQualitySummary><flickerPst>1</flickerPst><summaryInterval>${period(time)}</summaryInterval></ElectricPowerQualitySummary>`,
      ),
    ],
  ],
]

describe.each(INSTANTS)('the time of %s', (_place, field, feed) => {
  it.each([
    ['seconds', START],
    ['milliseconds', `${START}000`],
    ['a plus sign', `+${START}`],
    ['leading zeros', `000${START}`],
    ['blanks', ` \n${START}\t`],
  ])('is read: %s', async (_name, time) => {
    const { usageSegments, refused } = await translate(feed(time))
    expect(refused).toEqual([])
    expect(usageSegments).toMatchObject([
      { segment_start: '2026-01-01T05:00:00Z', segment_end: '2026-01-01T06:00:00Z' },
    ])
  })

  it.each([
    ['float seconds', '1721154384.66136', 'timestamp_not_integer'],
    ['a date', '2026-01-01', 'timestamp_not_integer'],
    ['a datetime', '2026-01-01T05:00:00Z', 'timestamp_not_integer'],
    ['words', 'yesterday', 'timestamp_not_integer'],
    ['an exponent', '1.7e9', 'timestamp_not_integer'],
    ['before 1970', '-3600', 'timestamp_out_of_range'],
    ['more digits than a double has', '17672436000000000000', 'timestamp_out_of_range'],
    ['after the year 9999', '9007199254740000', 'timestamp_out_of_range'],
  ])('is refused by name, never guessed: %s', async (_name, time, code) => {
    const { usageSegments, refused } = await translate(feed(time))
    expect(usageSegments).toEqual([])
    const lines = refused.map(lineOf)
    expect(lines[0]?.[0]).toBe(code)
    expect(String(lines[0]?.[1])).toMatch(/(start)$/)
    expect(String(lines[0]?.[2])).toContain(time.slice(0, 10))
    if (code === 'timestamp_not_integer') expect(lines[0]).toEqual([code, field, time])
  })
})

describe('other times', () => {
  it('a reading in milliseconds that are no whole second is refused', async () => {
    const [, , feed] = INSTANTS[0]!
    const { refused } = await translate(feed(`${START}500`))
    expect(refused.map(lineOf)).toEqual([
      ['timestamp_not_integer', 'IntervalReading.timePeriod.start', `${START}500`],
    ])
  })

  it.each([
    ['PT1H', 'timestamp_not_integer'],
    ['3600.5', 'timestamp_not_integer'],
    ['-3600', 'timestamp_out_of_range'],
  ])('the duration %s of a reading is refused', async (duration, code) => {
    const reading = `<IntervalReading><timePeriod><duration>${duration}</duration><start>${START}</start></timePeriod><value>1</value></IntervalReading>`
    const { refused, usageSegments } = await translate(block(reading))
    expect(refused.map(lineOf)).toEqual([[code, 'IntervalReading.timePeriod.duration', duration]])
    expect(usageSegments).toEqual([])
  })

  const billed = (start: string, more = ''): string[] => [
    ...point,
    entry(
      '/UsagePoint/1/UsageSummary/1',
      `<UsageSummary><billingPeriod><duration>86400</duration><start>${start}</start></billingPeriod>${more}</UsageSummary>`,
    ),
  ]

  it('a billing period in milliseconds is read', async () => {
    const { billSections, refused } = await translate(billed(`${START}000`))
    expect(billSections).toMatchObject([{ start_date: '2026-01-01', end_date: '2026-01-01' }])
    expect(refused).toEqual([])
  })

  it.each([
    ['1721154384.66136', 'timestamp_not_integer'],
    ['2026-01-01', 'timestamp_not_integer'],
    ['-1', 'timestamp_out_of_range'],
  ])('a billing period from %s is refused, and so is the bill', async (start, code) => {
    const { billSections, refused } = await translate(billed(start))
    expect(billSections).toEqual([])
    expect(refused.map(lineOf)).toEqual([
      [code, 'billingPeriod.start', start],
      ['bill_period_missing', 'UsageSummary.billingPeriod', undefined],
    ])
  })

  it.each([
    ['1721154384.66136', 'timestamp_not_integer'],
    ['2026-01-01T00:00:00Z', 'timestamp_not_integer'],
  ])('a statusTimeStamp of %s is refused, and costs nothing else', async (text, code) => {
    const { billSections, refused } = await translate(
      billed(START, `<statusTimeStamp>${text}</statusTimeStamp>`),
    )
    expect(billSections).toHaveLength(1)
    expect(refused.map(lineOf)).toEqual([[code, 'UsageSummary.statusTimeStamp', text]])
  })
})

describe('atom:updated, which says which of two entries counts (RFC 4287 §4.2.15)', () => {
  /** Two blocks with one reading of the same hour; the first is 1, the second, later in the document, 2. */
  const twice = (first: string, second: string): string[] => {
    const of = (number: number, updated: string): string =>
      entry(
        `/UsagePoint/1/MeterReading/1/IntervalBlock/${number}`,
        `<IntervalBlock><IntervalReading><timePeriod>${period(START)}</timePeriod><value>${number}</value></IntervalReading></IntervalBlock>`,
        '',
        updated,
      )
    return [...point, of(1, first), of(2, second)]
  }
  const kept = async (...entries: string[]): Promise<string> =>
    JSON.stringify((await translate(entries)).usageSegments[0]?.values)
  const OLD = '2026-02-01T00:00:00Z'

  it.each([
    '2026-02-01T00:00:01Z',
    '2026-02-01T00:00:00.000001Z',
    '2026-02-01T00:00:01',
    '2026-01-31T20:00:00-05:00',
    '2026-01-31T20:00:00-0500',
    '2026-02-01 00:00:01',
    '2026-02-02',
  ])('%s is later than 2026-02-01T00:00:00Z, or as late', async (later) => {
    const isSame = later.includes('.000001')
    expect(await kept(...twice(later, OLD))).toBe(isSame ? '[[{"eu":0.002}]]' : '[[{"eu":0.001}]]')
    expect(await kept(...twice(OLD, later))).toBe('[[{"eu":0.002}]]')
  })

  it.each(['1769904001', '1721154384.66136', '11/1/2027', '2027', 'foo 2027', 'tomorrow', '2027-13-01'])(
    '%s is no datetime: refused by name, and older than any',
    async (text) => {
      const entries = twice(text, OLD).toReversed()
      expect(await kept(...entries)).toBe('[[{"eu":0.002}]]')
      const { refused } = await translate(entries)
      expect(refused.map(lineOf)).toContainEqual(['updated_not_datetime', 'entry.updated', text])
    },
  )

  it('is not missed where there is none', async () => {
    const { refused } = await translate([
      '<entry><link rel="self" href="/UsagePoint/1"/><content><UsagePoint xmlns="http://naesb.org/espi"/></content><updated/></entry>',
    ])
    expect(refused).toEqual([])
  })
})
