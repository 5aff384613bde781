import { describe, expect, it } from 'vitest'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { startTranslation, translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { feed, hourly, type TestStream } from '../espi/build-feed.ts'
import { context } from './context.ts'

const START = 1767243600
const stamps = {
  cds_created: '2026-03-09T00:00:00Z',
  cds_modified: '2026-03-09T00:00:00Z',
  cds_synced: '2026-03-09T00:00:00Z',
}

/** One stream for each type, with these values hour by hour. */
function streams(types: Record<string, number>[], values: (number | string)[]): TestStream[] {
  const readings = values.map((value, hour) => ({ start: START + hour * 3600, value }))
  return types.map((type) => ({ type: { ...hourly, ...type }, blocks: [readings] }))
}

/** Objects, of which the text form must be the same. */
async function translate(
  types: Record<string, number>[],
  values: (number | string)[] = [1230, -4],
): Promise<Translated> {
  const read = await feed(streams(types, values))
  const translated = translateFeed(read, context)
  const texts = [...startTranslation(read, context).usageSegmentTexts({})]
  expect(texts).toEqual(translated.usageSegments.map((segment) => JSON.stringify(segment)))
  for (const segment of translated.usageSegments) {
    expect(usageSegment.safeParse({ ...segment, ...stamps }).error).toBeUndefined()
  }
  return translated
}

const valuesOf = ({ usageSegments }: Translated): string[] =>
  usageSegments.map(({ values }) => JSON.stringify(values))

describe('money that readings themselves are, CDS-WG3-01 §10.8.5.7', () => {
  const money = { uom: 80, currency: 124, powerOfTenMultiplier: -2 }

  it('is a cost of the interval that is the cost of no other value (§10.8.5.7.1: `indexes` empty)', async () => {
    const translated = await translate([money])
    expect(translated.refused).toEqual([])
    expect(translated.usageSegments[0]?.formats).toEqual([
      {
        id: expect.any(String),
        type: 'cost',
        currency: 'CAD',
        indexes: [],
        espi_commodity: 1,
        // A kind that the ReadingType does not give: money is expected to be of kind 3, currency.
        espi_kind: 0,
        espi_flow_direction: 1,
      },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"c":12.30}],[{"c":-0.04}]]'])
  })

  it('stands behind the usage of the same hours, and names none of it', async () => {
    const { usageSegments } = await translate([money, {}])
    expect(usageSegments).toHaveLength(1)
    expect(usageSegments[0]?.formats).toMatchObject([
      { type: 'electric_usage' },
      { type: 'cost', indexes: [] },
    ])
  })

  it('in two currencies is two formats', async () => {
    const { usageSegments, refused } = await translate([money, { ...money, currency: 840 }], [7])
    expect(usageSegments[0]?.formats).toMatchObject([{ currency: 'CAD' }, { currency: 'USD' }])
    expect(refused).toEqual([])
  })

  it('is refused where nobody tells the currency', async () => {
    const translated = await translate([{ uom: 80 }])
    expect(translated.usageSegments).toEqual([])
    expect(translated.refused).toMatchObject([
      { code: 'currency_unknown', field: 'ReadingType.currency', count: 2 },
    ])
  })

  it('on a register is a reading of the meter, its currency carried (§10.8.5.8)', async () => {
    const translated = await translate([{ ...money, accumulationBehaviour: 3 }], [1230])
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'meter_readings', units: 'money', espi_currency: 'CAD' },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"r":"12.30"}]]'])
  })

  it('that is a price is no cost', async () => {
    const translated = await translate([{ ...money, kind: 45 }], [1230])
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'espi_quantity', units: 'money', espi_currency: 'CAD', espi_kind: 45, espi_uom: 80 },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"v":12.30}]]'])
  })
})

describe('quantities without a type of their own, CDS-WG3-01 §10.8.6', () => {
  it.each([
    ['a count', { uom: 111, commodity: 0 }, 'count'],
    ['seconds', { uom: 27, commodity: 0 }, 'seconds'],
    ['a signal', { uom: 113 }, 'bm'],
    ['capacitance, which is not Fahrenheit', { uom: 25 }, 'farad'],
  ])('%s', async (_name, type, units) => {
    const translated = await translate([{ ...type, powerOfTenMultiplier: -1 }])
    expect(translated.refused).toEqual([])
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'espi_quantity', units, espi_uom: type.uom },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"v":123.0}],[{"v":-0.4}]]'])
  })

  it('on a register are meter readings, in a unit that CDS lists or not (§10.8.7.1)', async () => {
    const registers = [111, 154].map((uom) => ({ uom, accumulationBehaviour: 1 }))
    const { usageSegments } = await translate(registers, [7])
    expect(usageSegments[0]?.formats.map(({ type, units }) => [type, units])).toEqual([
      ['meter_readings', 'count'],
      ['espi_meter_readings', 'rev'],
    ])
  })

  it('what measures nothing is refused', async () => {
    const { refused } = await translate(
      [108, 109, 114, 118].map((uom) => ({ uom })),
      [7],
    )
    expect(refused.map(({ code, value }) => [code, value])).toEqual(
      ['108', '109', '114', '118'].map((uom) => ['unsupported_uom', uom]),
    )
  })
})

describe('conversions are exact, and made only where the CDS type has no unit for it', () => {
  const water = { uom: 130, commodity: 9, flowDirection: 0 }

  it('an imperial gallon of water is 4.54609 litres, and the format says what the meter counts (§10.8.5.3.1)', async () => {
    const translated = await translate([water], [1, -3, 100, '9007199254740993', '123456789012345678901'])
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'water_usage', units: 'L', espi_uom: 130 },
    ])
    expect(valuesOf(translated)).toEqual([
      '[[{"wu":4.54609}],[{"wu":-13.63827}],[{"wu":454.60900}],[{"wu":40947538459985480.86737}],[{"wu":561245673961134567395.04709}]]',
    ])
  })

  it('of a tenth of a gallon too, and values that only a product takes beyond 2^53', async () => {
    const translated = await translate([{ ...water, powerOfTenMultiplier: -1 }], [1, 30_000_000_000])
    expect(valuesOf(translated)).toEqual(['[[{"wu":0.454609}],[{"wu":13638270000.000000}]]'])
  })

  it('a register of water stays in gallons, as a text (§10.8.5.8.2)', async () => {
    const translated = await translate([{ ...water, accumulationBehaviour: 3 }], [12])
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'espi_meter_readings', units: 'imperial_gal' },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"r":"12"}]]'])
  })

  it('litres of compensated gas are thousandths of a standard cubic metre (§10.8.5.5.1)', async () => {
    const translated = await translate([{ uom: 157, commodity: 7 }], [2345])
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'natural_gas_usage', units: 'Sm3', espi_uom: 157 },
    ])
    expect(valuesOf(translated)).toEqual(['[[{"gu":2.345}]]'])
  })

  it.each([
    ['litres of gas as metered', { uom: 134, commodity: 7 }, 'espi_natural_gas_volume', 'L'],
    ['joules of electricity', { uom: 31 }, 'espi_energy', 'J'],
    ['watt-hours of gas', { uom: 72, commodity: 7 }, 'espi_energy', 'kWh'],
    ['cubic feet of water', { uom: 119, commodity: 9, flowDirection: 0 }, 'water_usage', 'ft3'],
    ['therms', { uom: 169, commodity: 7 }, 'natural_gas_usage', 'therm'],
    ['Btu', { uom: 132, commodity: 7 }, 'natural_gas_usage', 'Btu'],
  ])('%s keep the unit that the meter shows', async (_name, type, valueType, units) => {
    const { usageSegments } = await translate([type], [5])
    expect(usageSegments[0]?.formats).toMatchObject([{ type: valueType, units }])
  })
})
