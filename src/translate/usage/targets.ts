import type { UnitType } from '../../cds/wire/unit-types.ts'
import type { DirectionType } from '../../cds/wire/usage-segment.ts'
import { QUANTITY_UNITS, type QuantityUnit } from './quantities.ts'

export type Commodity = 'electric' | 'natural_gas' | 'water'

/** ReadingType.commodity. Waste water, steam and the rest have no CDS usage type; their amounts are additional types. */
export const COMMODITIES: ReadonlyMap<number, Commodity> = new Map([
  [1, 'electric'],
  [2, 'electric'],
  [26, 'electric'],
  [7, 'natural_gas'],
  [9, 'water'],
  [14, 'water'],
])

/** UsagePoint ServiceCategory.kind, asked where the ReadingType names no commodity. */
export const SERVICES: ReadonlyMap<number, Commodity> = new Map([
  [0, 'electric'],
  [1, 'natural_gas'],
  [2, 'water'],
])

/** CDS-WG3-01 §10.8.7.2 #usage-segment-direction-types. 20 total is |forward| + |reverse|, which is not net. */
export const DIRECTIONS: ReadonlyMap<number, DirectionType> = new Map([
  [1, 'forward'],
  [4, 'net'],
  [19, 'reverse'],
])

/** The value types CDS-WG3-01 §10.8.5 defines and a ReadingType can become. */
export type CdsValueType = 'electric_usage' | 'electric_demand' | 'water_usage' | 'natural_gas_usage' | 'cost'

/** The value types of ours, `additional-value-types.ts`. */
export type AdditionalType =
  | 'espi_natural_gas_volume'
  | 'espi_volume'
  | 'espi_energy'
  | 'espi_power'
  | 'espi_volume_flow'
  | 'espi_apparent_energy'
  | 'espi_apparent_power'
  | 'espi_reactive_energy'
  | 'espi_reactive_power'
  | 'espi_power_factor'
  | 'espi_voltage'
  | 'espi_current'
  | 'espi_frequency'
  | 'espi_temperature'
  | 'espi_power_quality'
  | 'espi_quantity'

/** Units on the wire: those of CDS-WG3-01 §10.8.7.1, and in our own types units that CDS has no name for. */
export type Units = UnitType | AdditionalUnit | QuantityUnit

type AdditionalUnit =
  | 'V'
  | 'A'
  | 'VA'
  | 'VAh'
  | 'Hz'
  | 'K'
  | 'J'
  | 'ratio'
  | 'unstated'
  | 'imperial_gal'
  | 'Btu/h'
  | 'm3/s'
  | 'm3/h'
  | 'Sm3/h'
  | 'scf/h'
  | 'gal/h'
  | 'imperial_gal/h'
  | 'L/s'
  | 'L/h'

/** What lies between a unit of ESPI and one on the wire: `factor × 10^scale`, exactly. */
export interface Conversion {
  scale: number
  /** An integer; 1 but for units that CDS does not have and that are whole multiples of a decimal part of one that it has. */
  factor: number
}

/** Where values in one unit go: value type, and unit on the wire. */
export interface Target extends Conversion {
  type: CdsValueType | AdditionalType
  units: Units
}

function target(type: Target['type'], units: Units, scale = 0, factor = 1): Target {
  return { type, units, scale, factor }
}

/** CDS-WG3-01 §10.8.5.1.1, §10.8.5.2.1: only powers of ten lie between Wh and kWh, so no digit changes. */
const ELECTRIC: ReadonlyMap<number, Target> = new Map([
  [72, target('electric_usage', 'kWh', -3)],
  [38, target('electric_demand', 'kW', -3)],
])

/**
 * CDS-WG3-01 §10.8.5.5.1 #usage-segment-gas-usage-value-format knows energy and volume at standard conditions only. Volumes that
 * are not compensated, or do not say so, are not the same quantity: they go into a value type of ours.
 */
const NATURAL_GAS: ReadonlyMap<number, Target> = new Map([
  [169, target('natural_gas_usage', 'therm')],
  [132, target('natural_gas_usage', 'Btu')],
  [167, target('natural_gas_usage', 'Sm3')],
  [120, target('natural_gas_usage', 'scf')],
  [157, target('natural_gas_usage', 'Sm3', -3)],
  [42, target('espi_natural_gas_volume', 'm3')],
  [166, target('espi_natural_gas_volume', 'm3')],
  [119, target('espi_natural_gas_volume', 'ft3')],
  [134, target('espi_natural_gas_volume', 'L')],
  [156, target('espi_natural_gas_volume', 'L')],
])

/**
 * CDS-WG3-01 §10.8.5.3.1 #usage-segment-water-usage-value-format. Water is not compensated for temperature and pressure. Water usage
 * must be of this type, which has no imperial gallons: one is exactly 4.54609 litres.
 */
const WATER: ReadonlyMap<number, Target> = new Map([
  [42, target('water_usage', 'm3')],
  [166, target('water_usage', 'm3')],
  [167, target('water_usage', 'm3')],
  [134, target('water_usage', 'L')],
  [156, target('water_usage', 'L')],
  [157, target('water_usage', 'L')],
  [128, target('water_usage', 'gal')],
  [130, target('water_usage', 'L', -5, 454_609)],
  [119, target('water_usage', 'ft3')],
  [120, target('water_usage', 'ft3')],
])

/** The units that CDS has a value type for, by commodity. */
export const CDS_TARGETS: Record<Commodity, ReadonlyMap<number, Target>> = {
  electric: ELECTRIC,
  natural_gas: NATURAL_GAS,
  water: WATER,
}

/** UnitSymbolKind money. */
export const MONEY = 80

/** Money that readings themselves are, CDS-WG3-01 §10.8.5.7 #usage-segment-interval-cost. */
export const COST = target('cost', 'money')

/**
 * What ESPI measures and CDS has no value type for, in ESPI's own unit: a type of ours asks for no other unit, and joules are not whole
 * powers of ten of watt-hours.
 */
export const ADDITIONAL_TARGETS: ReadonlyMap<number, Target> = new Map([
  ...QUANTITY_UNITS.map(([uom, units]) => [uom, target('espi_quantity', units)] as const),
  [5, target('espi_current', 'A')],
  [6, target('espi_temperature', 'K')],
  [23, target('espi_temperature', 'C')],
  [29, target('espi_voltage', 'V')],
  [31, target('espi_energy', 'J')],
  [33, target('espi_frequency', 'Hz')],
  [38, target('espi_power', 'kW', -3)],
  [42, target('espi_volume', 'm3')],
  [45, target('espi_volume_flow', 'm3/s')],
  [61, target('espi_apparent_power', 'VA')],
  [63, target('espi_reactive_power', 'var')],
  [65, target('espi_power_factor', 'ratio')],
  [71, target('espi_apparent_energy', 'VAh')],
  [72, target('espi_energy', 'kWh', -3)],
  [73, target('espi_reactive_energy', 'varh')],
  [82, target('espi_volume_flow', 'L/s')],
  [119, target('espi_volume', 'ft3')],
  [120, target('espi_volume', 'scf')],
  [123, target('espi_volume_flow', 'scf/h')],
  [125, target('espi_volume_flow', 'm3/h')],
  [126, target('espi_volume_flow', 'Sm3/h')],
  [127, target('espi_volume_flow', 'm3/h')],
  [128, target('espi_volume', 'gal')],
  [129, target('espi_volume_flow', 'gal/h')],
  [130, target('espi_volume', 'imperial_gal')],
  [131, target('espi_volume_flow', 'imperial_gal/h')],
  [132, target('espi_energy', 'Btu')],
  [133, target('espi_power', 'Btu/h')],
  [134, target('espi_volume', 'L')],
  [153, target('espi_power_factor', 'ratio')],
  [137, target('espi_volume_flow', 'L/h')],
  [138, target('espi_volume_flow', 'L/h')],
  [139, target('espi_volume_flow', 'L/h')],
  [156, target('espi_volume', 'L')],
  [157, target('espi_volume', 'L')],
  [166, target('espi_volume', 'm3')],
  [167, target('espi_volume', 'Sm3')],
  [169, target('espi_energy', 'therm')],
])

/** Types whose values add up over time; the others describe a state, and a register of them makes no sense. */
export const AMOUNTS: ReadonlySet<Target['type']> = new Set<Target['type']>([
  'electric_usage',
  'water_usage',
  'natural_gas_usage',
  'cost',
  'espi_natural_gas_volume',
  'espi_volume',
  'espi_energy',
  'espi_apparent_energy',
  'espi_reactive_energy',
])
