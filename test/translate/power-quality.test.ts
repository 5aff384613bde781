import { describe, expect, it } from 'vitest'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { startTranslation, translateFeed } from '../../src/translate/translate-feed.ts'
import type { TranslateContext, Translated } from '../../src/translate/translated.ts'
import { additionalValueTypes } from '../../src/translate/usage/additional-value-types.ts'
import { powerQualityMeasures } from '../../src/translate/usage/power-quality.ts'
import { entriesOf, entry, feedOf, hourly, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

/** 2026-01-01 in Toronto. */
const START = 1767243600
const HOUR = 3600
const DAY = 24 * HOUR
const MONTH = 31 * DAY

type Elements = Record<string, number | string>

/** One ElectricPowerQualitySummary of usage point 1; its interval is January where nothing else is said. */
function quality(
  { start = START, duration = MONTH, ...elements }: Elements,
  { at = 1, updated = '2026-02-01T00:00:00Z' } = {},
): string {
  const given = Object.entries(elements).map(([name, text]) => `<${name}>${text}</${name}>`)
  const interval = `<summaryInterval><duration>${duration}</duration><start>${start}</start></summaryInterval>`
  return entry(
    `/UsagePoint/1/ElectricPowerQualitySummary/${at}`,
    `<ElectricPowerQualitySummary>${given.join('')}${interval}</ElectricPowerQualitySummary>`,
    '<link rel="up" href="/UsagePoint/1/ElectricPowerQualitySummary"/>',
    updated,
  )
}

async function translate(entries: string[], own: Partial<TranslateContext> = {}): Promise<Translated> {
  return translateFeed(await read(feedOf([...entriesOf([]), ...entries])), { ...context, ...own })
}

function refusedOf({ refused }: Translated): unknown[] {
  return refused.map(({ code, field, value }) => [code, field, value])
}

const stamps = {
  cds_created: '2026-03-09T00:00:00Z',
  cds_modified: '2026-03-09T00:00:00Z',
  cds_synced: '2026-03-09T00:00:00Z',
}

describe('ElectricPowerQualitySummary, an additional value type (CDS-WG3-01 §10.8.6)', () => {
  it.each([
    ['flickerPlt', 'V', '1.23'],
    ['flickerPst', 'ratio', '1.23'],
    ['harmonicVoltage', 'unstated', '123'],
    ['longInterruptions', 'count', '123'],
    ['mainsVoltage', 'V', '0.000123'],
    ['powerFrequency', 'Hz', '0.000123'],
    ['rapidVoltageChanges', 'count', '123'],
    ['shortInterruptions', 'count', '123'],
    ['supplyVoltageDips', 'count', '123'],
    ['supplyVoltageImbalance', 'count', '123'],
    ['supplyVoltageVariations', 'count', '123'],
    ['tempOvervoltage', 'count', '123'],
  ])('%s is in %s, by powers of ten alone', async (measure, units, value) => {
    const { usageSegments, refused } = await translate([quality({ [measure]: 123 })])
    expect(refused).toEqual([])
    expect(usageSegments).toHaveLength(1)
    expect(usageSegments[0]?.formats).toEqual([
      {
        id: expect.any(String),
        type: 'espi_power_quality',
        units,
        espi_measure: measure,
        related_meterdevices: usageSegments[0]?.related_meterdevices,
      },
    ])
    expect(JSON.stringify(usageSegments[0]?.values)).toBe(`[[{"v":${value}}]]`)
    expect(usageSegment.safeParse({ ...usageSegments[0], ...stamps }).error).toBeUndefined()
  })

  it('has no other elements, and its units are those that the server describes', () => {
    const described = additionalValueTypes.find(({ type }) => type === 'espi_power_quality')
    const units = new Set(Object.values(powerQualityMeasures).map((measure) => measure.units))
    expect(new Set(described?.units)).toEqual(units)
    expect(Object.keys(powerQualityMeasures)).toHaveLength(12)
  })

  it('is one segment of one value set for each summary (§10.8.1), a format for each element given', async () => {
    const summaries = [
      quality({ mainsVoltage: 1, powerFrequency: 60_000_000, measurementProtocol: 0 }),
      quality({ mainsVoltage: 2, start: START + MONTH, duration: 28 * DAY }, { at: 2 }),
    ]
    const { usageSegments } = await translate(summaries)
    expect(usageSegments).toMatchObject([
      { segment_start: '2026-01-01T05:00:00Z', segment_end: '2026-02-01T05:00:00Z' },
      { segment_start: '2026-02-01T05:00:00Z', segment_end: '2026-03-01T05:00:00Z' },
    ])
    expect(JSON.stringify(usageSegments.map(({ interval, values }) => [interval, values]))).toBe(
      '[[2678400,[[{"v":0.000001},{"v":60.000000}]]],[2419200,[[{"v":0.000002}]]]]',
    )
    expect(usageSegments[0]?.formats).toMatchObject([
      { espi_measure: 'mainsVoltage', espi_measurement_protocol: 0 },
      { espi_measure: 'powerFrequency', espi_measurement_protocol: 0 },
    ])
  })

  it('keeps short summaries of one day apart, each a segment with an id of its own', async () => {
    const hours = [0, 1, 5].map((hour) =>
      quality({ mainsVoltage: hour, start: START + hour * HOUR, duration: HOUR }, { at: hour }),
    )
    const { usageSegments } = await translate(hours)
    expect(usageSegments.map(({ values }) => JSON.stringify(values))).toEqual([
      '[[{"v":0.000000}]]',
      '[[{"v":0.000001}]]',
      '[[{"v":0.000005}]]',
    ])
    expect(new Set(usageSegments.map((segment) => segment.cds_usagesegment_id)).size).toBe(3)
  })

  it('shares no segment with readings of the same interval', async () => {
    const readings = { type: hourly, blocks: [[{ start: START, duration: HOUR, value: 5 }]] }
    const entries = [...entriesOf([readings]), quality({ mainsVoltage: 1, duration: HOUR })]
    const { usageSegments } = translateFeed(await read(feedOf(entries)), context)
    expect(usageSegments.map(({ formats }) => formats.map(({ type }) => type))).toEqual([
      ['electric_usage'],
      ['espi_power_quality'],
    ])
    expect(new Set(usageSegments.map((segment) => segment.cds_usagesegment_id)).size).toBe(2)
  })

  it('has the same ids in every run, and is written alike as text', async () => {
    const feed = await read(feedOf([...entriesOf([]), quality({ mainsVoltage: -7, flickerPst: 9 })]))
    const { usageSegments } = translateFeed(feed, context)
    expect(translateFeed(feed, context).usageSegments).toEqual(usageSegments)
    const [text = ''] = [...startTranslation(feed, context).usageSegmentTexts({})]
    expect(text).toBe(JSON.stringify(usageSegments[0]))
  })

  it('keeps every digit of a value that no double holds (§2)', async () => {
    const { usageSegments } = await translate([quality({ mainsVoltage: '9007199254740993' })])
    expect(JSON.stringify(usageSegments[0]?.values)).toBe('[[{"v":9007199254.740993}]]')
  })

  it('is related to the service point and meter as readings are', async () => {
    const { usageSegments, servicePoints, meterDevices } = await translate([quality({ mainsVoltage: 1 })])
    expect(usageSegments).toMatchObject([
      {
        related_servicepoints: [servicePoints[0]?.cds_servicepoint_id],
        related_meterdevices: [meterDevices[0]?.cds_meterdevice_id],
      },
    ])
  })
})

describe('several summaries', () => {
  it('of one interval: the later `updated` counts whole, and a difference is reported', async () => {
    const later = quality({ mainsVoltage: 2 }, { at: 1, updated: '2026-02-03T00:00:00Z' })
    const earlier = quality({ mainsVoltage: 1, flickerPst: 5 }, { at: 2, updated: '2026-02-02T00:00:00Z' })
    for (const entries of [
      [later, earlier],
      [earlier, later],
    ]) {
      const translated = await translate(entries)
      expect(JSON.stringify(translated.usageSegments.map(({ values }) => values))).toBe(
        '[[[{"v":0.000002}]]]',
      )
      expect(refusedOf(translated)).toEqual([
        ['duplicate_summary', 'ElectricPowerQualitySummary.summaryInterval', undefined],
      ])
    }
  })

  it('that say the same are one, without a word', async () => {
    const translated = await translate([
      quality({ mainsVoltage: 2 }),
      quality({ mainsVoltage: 2 }, { at: 2 }),
    ])
    expect(translated.usageSegments).toHaveLength(1)
    expect(translated.refused).toEqual([])
  })

  it('of one interval by two standards are both kept', async () => {
    const { usageSegments, refused } = await translate([
      quality({ shortInterruptions: 2, measurementProtocol: 0 }),
      quality({ shortInterruptions: 3, measurementProtocol: 1 }, { at: 2 }),
    ])
    expect(JSON.stringify(usageSegments.map(({ values }) => values))).toBe('[[[{"v":2},{"v":3}]]]')
    expect(refused).toEqual([])
  })

  it('with one `self` for several intervals are several', async () => {
    const { usageSegments } = await translate([
      quality({ mainsVoltage: 1 }),
      quality({ mainsVoltage: 2, start: START + MONTH }),
    ])
    expect(usageSegments).toHaveLength(2)
  })

  it('outside the window and inside the history are left to the window that brings them', async () => {
    const january = { start: START, end: START + MONTH }
    const history = { start: START, end: START + 2 * MONTH }
    const entries = [
      quality({ mainsVoltage: 1 }),
      quality({ mainsVoltage: 2, start: START + MONTH }, { at: 2 }),
    ]
    const { usageSegments, refused } = await translate(entries, { window: { ...january, history } })
    expect(usageSegments).toMatchObject([{ segment_start: '2026-01-01T05:00:00Z' }])
    expect(refused).toEqual([])
  })
})

describe('what of a summary cannot be read is refused by name', () => {
  const NAME = 'ElectricPowerQualitySummary'
  it.each([
    [
      'a value that is no integer',
      { mainsVoltage: '1.5', flickerPst: 1 },
      ['value_not_integer', `${NAME}.mainsVoltage`, '1.5'],
      1,
    ],
    [
      'a protocol that is no code',
      { mainsVoltage: 1, measurementProtocol: 'EN50160' },
      ['value_not_integer', `${NAME}.measurementProtocol`, 'EN50160'],
      1,
    ],
    [
      'a start that is a text',
      { mainsVoltage: 1, start: '2026-01-01' },
      ['timestamp_not_integer', 'summaryInterval.start', '2026-01-01'],
      0,
    ],
    [
      'no start',
      { mainsVoltage: 1, start: '' },
      ['timestamp_unknown', `${NAME}.summaryInterval.start`, undefined],
      0,
    ],
    [
      'no duration',
      { mainsVoltage: 1, duration: '' },
      ['duration_unknown', `${NAME}.summaryInterval.duration`, undefined],
      0,
    ],
    [
      'an element that ESPI does not have',
      { mainsVoltage: 1, sparkles: 7 },
      ['unknown_element', `${NAME}.sparkles`, undefined],
      1,
    ],
  ])('%s', async (_name, elements, line, segments) => {
    const translated = await translate([quality(elements)])
    expect(refusedOf(translated)).toEqual([line])
    expect(translated.usageSegments).toHaveLength(segments)
  })

  it('a summary of a usage point that nothing names', async () => {
    const lost = entry(
      '/Elsewhere/1',
      '<ElectricPowerQualitySummary><flickerPst>1</flickerPst></ElectricPowerQualitySummary>',
    )
    expect(refusedOf(translateFeed(await read(feedOf([lost])), context))).toEqual([
      ['link_unresolved', NAME, undefined],
    ])
  })

  it('a summary without any measure', async () => {
    expect(refusedOf(await translate([quality({ measurementProtocol: 1 })]))).toEqual([
      ['value_missing', NAME, undefined],
    ])
  })
})
