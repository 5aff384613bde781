import { describe, expect, it } from 'vitest'
import { commodities, flowDirections, measurementKinds, unitSymbols } from '../../src/espi/codes.ts'
import { UntranslatableError } from '../../src/shared/errors.ts'
import { additionalValueTypes } from '../../src/translate/usage/additional-value-types.ts'
import { toMeasurement } from '../../src/translate/usage/measurement.ts'
import { QUANTITY_UNITS } from '../../src/translate/usage/quantities.ts'
import { NO_READING_TYPE, type ReadingType } from '../../src/translate/usage/reading-type.ts'

const delta: ReadingType = { ...NO_READING_TYPE, accumulationBehaviour: 4, intervalLength: 3600, uom: 72 }

/** `type units power`, where power is the power of ten between ESPI's unit and the one on the wire; or the refusal's code. */
function outcome(codes: Partial<ReadingType>): string {
  try {
    const { type, units, scale } = toMeasurement({ ...delta, ...codes }, undefined)
    return `${type} ${units} ${scale}`
  } catch (error) {
    if (error instanceof UntranslatableError) return error.code
    throw error
  }
}

interface ByCommodity {
  electric?: string
  gas?: string
  water?: string
}

/** Every unit that is translated: what it becomes, and where electricity, natural gas or water differ. */
const TRANSLATED: readonly (readonly [uom: number, symbol: string, otherwise: string, by?: ByCommodity])[] = [
  [5, 'A', 'espi_current A 0'],
  [6, 'K', 'espi_temperature K 0'],
  [23, 'degC', 'espi_temperature C 0'],
  [29, 'V', 'espi_voltage V 0'],
  [31, 'J', 'espi_energy J 0'],
  [33, 'Hz', 'espi_frequency Hz 0'],
  [38, 'W', 'espi_power kW -3', { electric: 'electric_demand kW -3' }],
  [42, 'm3', 'espi_volume m3 0', { gas: 'espi_natural_gas_volume m3 0', water: 'water_usage m3 0' }],
  [45, 'm3PerSec', 'espi_volume_flow m3/s 0'],
  [61, 'VA', 'espi_apparent_power VA 0'],
  [63, 'VAr', 'espi_reactive_power var 0'],
  [65, 'cosTheta', 'espi_power_factor ratio 0'],
  [71, 'VAh', 'espi_apparent_energy VAh 0'],
  [72, 'Wh', 'espi_energy kWh -3', { electric: 'electric_usage kWh -3' }],
  [73, 'VArh', 'espi_reactive_energy varh 0'],
  [82, 'litrePerSec', 'espi_volume_flow L/s 0'],
  [119, 'ft3', 'espi_volume ft3 0', { gas: 'espi_natural_gas_volume ft3 0', water: 'water_usage ft3 0' }],
  [
    120,
    'ft3compensated',
    'espi_volume scf 0',
    { gas: 'natural_gas_usage scf 0', water: 'water_usage ft3 0' },
  ],
  [123, 'ft3compensatedPerH', 'espi_volume_flow scf/h 0'],
  [125, 'm3PerH', 'espi_volume_flow m3/h 0'],
  [126, 'm3compensatedPerH', 'espi_volume_flow Sm3/h 0'],
  [127, 'm3uncompensatedPerH', 'espi_volume_flow m3/h 0'],
  [128, 'usGal', 'espi_volume gal 0', { water: 'water_usage gal 0' }],
  [129, 'usGalPerH', 'espi_volume_flow gal/h 0'],
  [130, 'imperialGal', 'espi_volume imperial_gal 0', { water: 'water_usage L -5' }],
  [131, 'imperialGalPerH', 'espi_volume_flow imperial_gal/h 0'],
  [132, 'btu', 'espi_energy Btu 0', { gas: 'natural_gas_usage Btu 0' }],
  [133, 'btuPerH', 'espi_power Btu/h 0'],
  [134, 'litre', 'espi_volume L 0', { gas: 'espi_natural_gas_volume L 0', water: 'water_usage L 0' }],
  [137, 'litrePerH', 'espi_volume_flow L/h 0'],
  [138, 'litreCompensatedPerH', 'espi_volume_flow L/h 0'],
  [139, 'litreUncompensatedPerH', 'espi_volume_flow L/h 0'],
  [153, 'WPerVA', 'espi_power_factor ratio 0'],
  [
    156,
    'litreUncompensated',
    'espi_volume L 0',
    { gas: 'espi_natural_gas_volume L 0', water: 'water_usage L 0' },
  ],
  [157, 'litreCompensated', 'espi_volume L 0', { gas: 'natural_gas_usage Sm3 -3', water: 'water_usage L 0' }],
  [
    166,
    'm3uncompensated',
    'espi_volume m3 0',
    { gas: 'espi_natural_gas_volume m3 0', water: 'water_usage m3 0' },
  ],
  [167, 'm3compensated', 'espi_volume Sm3 0', { gas: 'natural_gas_usage Sm3 0', water: 'water_usage m3 0' }],
  [169, 'therm', 'espi_energy therm 0', { gas: 'natural_gas_usage therm 0' }],
]

/** What is no quantity: an instant, a state, codes. Refused by name. */
const REFUSED = [108, 109, 114, 118]

/** A kind with which money is no cost. */
const TARIFF_RATE = 45

/** Units of `espi_quantity` that are not called by ESPI's symbol. */
const RENAMED: ReadonlyMap<number, string> = new Map([
  [25, 'farad'],
  [27, 'seconds'],
  [159, 'minutes'],
  [160, 'hours'],
])

const ELECTRIC = [1, 2, 26]
const GAS = [7]
const WATER = [9, 14]

describe('toMeasurement, CDS-WG3-01 §10.8.5', () => {
  it('knows every unit of ESPI: translated, or refused by name', () => {
    const named = [0, ...TRANSLATED.map(([uom]) => uom), ...QUANTITY_UNITS.map(([uom]) => uom), ...REFUSED]
    expect(named.sort((a, b) => a - b)).toEqual([...unitSymbols.keys()])
  })

  it.each(TRANSLATED.map(([uom, symbol, otherwise, by = {}]) => ({ uom, symbol, otherwise, by })))(
    'uom $uom $symbol becomes $otherwise',
    ({ uom, symbol, otherwise, by }) => {
      expect(unitSymbols.get(uom)).toBe(symbol)
      for (const commodity of commodities.keys()) {
        if (commodity === 0) continue
        const expected =
          (ELECTRIC.includes(commodity) && by.electric) ||
          (GAS.includes(commodity) && by.gas) ||
          (WATER.includes(commodity) && by.water) ||
          otherwise
        for (const kind of measurementKinds.keys()) {
          expect(outcome({ uom, commodity, kind }), `commodity ${commodity} kind ${kind}`).toBe(expected)
        }
      }
    },
  )

  it.each(REFUSED)('uom %i is refused for every commodity', (uom) => {
    for (const commodity of commodities.keys()) {
      if (commodity !== 0) expect(outcome({ uom, commodity })).toBe('unsupported_uom')
    }
  })

  it('calls every other quantity by the symbol of ESPI, whatever the commodity, unless it means something else in CDS (§10.8.7.1)', () => {
    for (const [uom, units] of QUANTITY_UNITS) {
      expect(units).toBe(RENAMED.get(uom) ?? unitSymbols.get(uom))
      if (uom === 80) continue
      for (const commodity of [undefined, ...commodities.keys()]) {
        expect(outcome({ uom, commodity })).toBe(`espi_quantity ${units} 0`)
      }
    }
  })

  it('takes money for the cost of an interval (§10.8.5.7), unless its kind says that it is none', () => {
    for (const kind of measurementKinds.keys()) {
      const noCost = ['Funds', 'tariffRate', 'billLastPeriod', 'billToDate', 'billCarryover']
      const expected = noCost.includes(measurementKinds.get(kind) ?? '') ? 'espi_quantity' : 'cost'
      expect(outcome({ uom: 80, kind })).toBe(`${expected} money 0`)
    }
    expect(outcome({ uom: 80, dataQualifier: 8 })).toBe('espi_quantity money 0')
    expect(outcome({ uom: 80, accumulationBehaviour: 6 })).toBe('espi_quantity money 0')
  })

  it('converts only what a CDS type must have and has no unit for, and exactly: an imperial gallon of water is 4.54609 L', () => {
    const converted = [...unitSymbols.keys()].flatMap((uom) =>
      [1, 7, 9].flatMap((commodity) => {
        if (outcome({ uom, commodity }).split(' ').length === 1) return []
        const { factor, scale, units } = toMeasurement({ ...delta, uom, commodity }, undefined)
        return factor === 1 ? [] : [`${uom} ${commodity}: ${factor}e${scale} ${units}`]
      }),
    )
    expect(converted).toEqual(['130 9: 454609e-5 L'])
  })

  it('leaves a register in the unit that the meter shows (§10.8.5.8.2)', () => {
    expect(outcome({ uom: 130, commodity: 9, accumulationBehaviour: 3 })).toBe('espi_volume imperial_gal 0')
  })

  it('refuses a unit that ESPI does not define, or none', () => {
    expect([0, 65535, undefined].map((uom) => outcome({ uom, commodity: 1 }))).toEqual([
      'unknown_uom',
      'unknown_uom',
      'unknown_uom',
    ])
  })

  it('without a commodity, knows electrical units and therms, and asks for one otherwise', () => {
    expect([29, 72, 169, 23, 42].map((uom) => outcome({ uom }))).toEqual([
      'espi_voltage V 0',
      'electric_usage kWh -3',
      'natural_gas_usage therm 0',
      'espi_temperature C 0',
      'unknown_commodity',
    ])
  })
})

describe('additional value types, CDS-WG3-01 §10.8.6', () => {
  it('describes every type of ours with every unit it can have, and no other', () => {
    const made = new Map<string, Set<string>>()
    for (const uom of unitSymbols.keys()) {
      for (const commodity of commodities.keys()) {
        const [type = '', units = ''] = outcome({ uom, commodity, kind: TARIFF_RATE }).split(' ')
        if (type.startsWith('espi_')) made.set(type, (made.get(type) ?? new Set()).add(units))
      }
    }
    const others = ['espi_meter_readings', 'espi_power_quality']
    const described = additionalValueTypes.filter(({ type }) => !others.includes(type))
    expect(Object.fromEntries(described.map(({ type, units }) => [type, new Set(units)]))).toEqual(
      Object.fromEntries(made),
    )
  })

  it('takes every flow direction, and carries its code: the sign stays as the utility reports it', () => {
    for (const flowDirection of flowDirections.keys()) {
      const { direction, codes } = toMeasurement(
        { ...delta, uom: 73, commodity: 1, flowDirection },
        undefined,
      )
      expect(direction).toBeUndefined()
      expect(codes.espi_flow_direction).toBe(flowDirection || undefined)
    }
  })

  it.each([
    ['a voltage', 29, [4, 0, 6, 12]],
    ['reactive energy', 73, [4, 0, 1, 2, 3, 9]],
    ['a count', 111, [4, 0, 1, 2, 3, 6, 9, 12]],
  ])('%s may be accumulated as %j only', (_name, uom, allowed: number[]) => {
    for (const accumulationBehaviour of [0, 1, 2, 3, 4, 6, 9, 10, 12, 13, 14]) {
      const refused = outcome({ uom, commodity: 1, accumulationBehaviour }) === 'unsupported_accumulation'
      expect(refused, `accumulationBehaviour ${accumulationBehaviour}`).toBe(
        !allowed.includes(accumulationBehaviour),
      )
    }
  })
})

describe('codes of the ReadingType that no CDS field says, CDS-WG3-01 §10.8.2', () => {
  it('are carried in the value format when they say something', () => {
    const { codes } = toMeasurement(
      {
        ...delta,
        uom: 29,
        commodity: 2,
        kind: 54,
        phase: 128,
        dataQualifier: 8,
        timeAttribute: 11,
        measuringPeriod: 2,
        interharmonic: '3/1',
        argument: '5/2',
      },
      0,
    )
    expect(codes).toEqual({
      espi_uom: 29,
      espi_commodity: 2,
      espi_kind: 54,
      espi_data_qualifier: 8,
      espi_phase: 128,
      espi_measuring_period: 2,
      espi_time_attribute: 11,
      espi_interharmonic: '3/1',
      espi_argument: '5/2',
    })
  })

  it('are left out where they are 0, or say what the value type says', () => {
    const plain = { commodity: 1, kind: 12, phase: 0, dataQualifier: 0, flowDirection: 1 }
    expect(toMeasurement({ ...delta, ...plain }, 0).codes).toEqual({})
  })

  it('tell a register what kind of register it is', () => {
    expect(toMeasurement({ ...delta, commodity: 1, accumulationBehaviour: 9 }, 0).codes).toEqual({
      espi_accumulation_behaviour: 9,
    })
  })
})
