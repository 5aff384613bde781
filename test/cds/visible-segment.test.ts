import { describe, expect, it } from 'vitest'
import type { KindName } from '../../src/cds/kinds/kind.ts'
import type { SeenSegment, View } from '../../src/cds/stores.ts'
import { visibleSegment } from '../../src/cds/visible-segment.ts'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { parseExact } from '../../src/shared/json.ts'
import { textOf, toPiece } from '../../src/shared/pieces.ts'
import { view as viewOver } from '../support/views.ts'

const at = Date.parse('2026-02-01T00:00:00Z')
const visible = new Map<KindName, ReadonlySet<string>>([
  ['accounts', new Set(['a'])],
  ['service_contracts', new Set(['c'])],
  ['service_points', new Set(['p'])],
  ['meter_devices', new Set(['m'])],
])
const VALUES =
  '[[{"eu":1.10},{"ed":2},{"c":0.1}],[{"eu":1.20},null,{"c":0.2}],[{"eu":9007199254740993.001},{"ed":4},null],[null,{"ed":5},{"c":0.4}]]'

const stored: SeenSegment = {
  id: 's',
  series: {
    accountId: 'a',
    contractId: 'c',
    servicePointId: 'p',
    meterDeviceIds: ['m', 'other'],
    interval: '3600',
    formats:
      '[{"id":"f","type":"electric_usage","units":"kWh","related_meterdevices":["m","other"]},{"id":"d","type":"electric_demand","units":"kW","demand_type":"peak"},{"id":"c","type":"cost","currency":"USD","indexes":[0,1]}]',
    synced: new Date(at),
  },
  start: Date.parse('2026-01-01T00:00:00Z'),
  end: Date.parse('2026-01-01T04:00:00Z'),
  created: at,
  modified: at,
  values: toPiece(VALUES),
  views: [0],
  billSections: [],
}

const view = (change: Partial<View> = {}) => viewOver('ua', change)

function shown(views: View[], numbers = views.map((_, index) => index)): string {
  const { own, common, values } = visibleSegment({ ...stored, views: numbers }, views, visible)
  const text = typeof values === 'string' ? values : textOf(values)
  return `${own.slice(0, -1)},${common.slice(1, -1)},"values":${text}}`
}

describe('visibleSegment, CDS-WG3-01 §10.8.1', () => {
  it('lets the stored piece of the values out untouched', () => {
    const { values } = visibleSegment(stored, [view()], visible)
    expect(values).toBe(stored.values)
    expect(shown([view()])).toContain(`"values":${VALUES}`)
  })

  it('is a usage segment by its schema', () => {
    expect(usageSegment.safeParse(parseExact(shown([view()]))).error).toBeUndefined()
  })

  it('names only related objects that the access may see, in formats too', () => {
    const json = JSON.parse(shown([view()]))
    expect(json.related_meterdevices).toEqual(['m'])
    expect(json.formats[0].related_meterdevices).toEqual(['m'])
    expect(json.related_aggregations).toEqual([])
  })

  it('cuts whole intervals before segment_start off (§7.3.6), digits kept', () => {
    const text = shown([view({ segmentStart: new Date('2026-01-01T01:30:00Z') })])
    expect(text).toContain('"segment_start":"2026-01-01T02:00:00Z","segment_end":"2026-01-01T04:00:00Z"')
    expect(text).toContain('"values":[[{"eu":9007199254740993.001},{"ed":4},null],[null,{"ed":5},{"c":0.4}]]')
  })

  it('cuts whole intervals after segment_end off (§7.3.7)', () => {
    const text = shown([view({ segmentEnd: new Date('2026-01-01T01:30:00Z') })])
    expect(text).toContain('"segment_end":"2026-01-01T01:00:00Z"')
    expect(text).toContain('"values":[[{"eu":1.10},{"ed":2},{"c":0.1}]]')
  })

  it('shows what any of several views opens', () => {
    const narrow = view({ segmentStart: new Date('2026-01-01T03:00:00Z') })
    expect(shown([narrow, view()])).toContain(`"values":${VALUES}`)
    expect(shown([narrow, view()], [0])).toContain('"segment_start":"2026-01-01T03:00:00Z"')
  })

  it('shows no interval that lies between the ranges of two views, and no type of one in the range of the other', () => {
    const early = view({ segmentEnd: new Date('2026-01-01T01:00:00Z'), valueTypes: new Set(['cost']) })
    const late = view({
      segmentStart: new Date('2026-01-01T03:00:00Z'),
      valueTypes: new Set(['electric_demand']),
    })
    const json = JSON.parse(shown([early, late]))
    expect([json.segment_start, json.segment_end]).toEqual(['2026-01-01T00:00:00Z', '2026-01-01T04:00:00Z'])
    expect(json.values).toEqual([
      [null, { c: 0.1 }],
      [null, null],
      [null, null],
      [{ ed: 5 }, null],
    ])
  })

  it('shows the value types of the grant only, cost pointing at the columns left (§7.2.8.1)', () => {
    const json = JSON.parse(shown([view({ valueTypes: new Set(['electric_demand', 'cost']) })]))
    expect(json.formats.map((format: { type: string }) => format.type)).toEqual(['electric_demand', 'cost'])
    expect(json.formats[1].indexes).toEqual([0])
    expect(json.values[0]).toEqual([{ ed: 2 }, { c: 0.1 }])
  })

  it('leaves formats and values empty when the grant includes none, and keeps to its range (§7.2.8.1, §7.3.6)', () => {
    expect(shown([view({ valueTypes: 'none' })])).toContain('"formats":[],"values":[]')
    const text = shown([view({ valueTypes: 'none', segmentStart: new Date('2026-01-01T01:30:00Z') })])
    expect(text).toContain('"segment_start":"2026-01-01T02:00:00Z"')
  })
})
