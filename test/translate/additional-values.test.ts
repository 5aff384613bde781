import { describe, expect, it } from 'vitest'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { feed, hourly } from '../espi/build-feed.ts'
import { context } from './context.ts'

const START = 1767243600
const stamps = {
  cds_created: '2026-03-09T00:00:00Z',
  cds_modified: '2026-03-09T00:00:00Z',
  cds_synced: '2026-03-09T00:00:00Z',
}

async function translate(...types: Record<string, number>[]): Promise<Translated> {
  const readings = [
    { start: START, value: 1230 },
    { start: START + 3600, value: -4 },
  ]
  const streams = types.map((type) => ({ type: { ...hourly, ...type }, blocks: [readings] }))
  return translateFeed(await feed(streams), context)
}

describe('usage segments with additional value types, CDS-WG3-01 §10.8.6', () => {
  it.each([
    [
      'a voltage in millivolts',
      { uom: 29, powerOfTenMultiplier: -3 },
      'espi_voltage',
      'V',
      '1.230',
      '-0.004',
    ],
    ['reactive energy', { uom: 73, flowDirection: 15 }, 'espi_reactive_energy', 'varh', '1230', '-4'],
    [
      'kilo-watt-hours of heat',
      { uom: 72, commodity: 12, powerOfTenMultiplier: 3 },
      'espi_energy',
      'kWh',
      '1230',
      '-4',
    ],
    ['temperature', { uom: 23, powerOfTenMultiplier: -1 }, 'espi_temperature', 'C', '123.0', '-0.4'],
    [
      'reverse power factor, sign as reported',
      { uom: 65, flowDirection: 19 },
      'espi_power_factor',
      'ratio',
      '1230',
      '-4',
    ],
  ])('%s', async (_name, type, valueType, units, one, two) => {
    const { usageSegments, refused } = await translate(type)
    expect(refused).toEqual([])
    expect(usageSegments).toHaveLength(1)
    expect(usageSegments[0]?.formats).toMatchObject([{ type: valueType, units }])
    expect(JSON.stringify(usageSegments[0]?.values)).toBe(`[[{"v":${one}}],[{"v":${two}}]]`)
    expect(usageSegment.safeParse({ ...usageSegments[0], ...stamps }).error).toBeUndefined()
  })

  it('a register in a unit that CDS does not list is no `meter_readings`, and still a text (§10.8.5.8.2)', async () => {
    const { usageSegments } = await translate({ uom: 71, accumulationBehaviour: 3 })
    expect(usageSegments[0]?.formats).toMatchObject([
      { type: 'espi_meter_readings', units: 'VAh', espi_accumulation_behaviour: 3, espi_uom: 71 },
    ])
    expect(JSON.stringify(usageSegments[0]?.values)).toBe('[[{"r":"1230"}],[{"r":"-4"}]]')
  })

  it('three phases of one meter are three formats, told apart by `espi_phase`', async () => {
    const { usageSegments } = await translate(...[128, 64, 32].map((phase) => ({ uom: 29, phase })))
    expect(usageSegments[0]?.formats.map((format) => Reflect.get(format, 'espi_phase')).sort()).toEqual([
      128, 32, 64,
    ])
    expect(new Set(usageSegments[0]?.formats.map(({ id }) => id)).size).toBe(3)
  })

  it('a meter of voltages is not said to measure usage (§10.4.2)', async () => {
    expect((await translate({ uom: 29 })).meterDevices).toMatchObject([{ meter_types: [] }])
  })
})
