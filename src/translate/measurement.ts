import type { DirectionType, UnitType } from '../cds/wire/usage-segment.ts'
import { unitSymbols } from '../espi/codes.ts'
import type { ReadingType } from './reading-type.ts'
import { untranslatable } from './refusals.ts'

export type Commodity = 'electric' | 'natural_gas' | 'water'

/** Where values in one unit go: value type, unit on the wire, and the power of ten between both units. */
interface Target {
  type: 'electric_usage' | 'electric_demand' | 'water_usage' | 'natural_gas_usage' | 'espi_natural_gas_volume'
  units: UnitType
  scale: number
}

/** What the readings of one ReadingType are in CDS. */
export interface Measurement extends Target {
  commodity: Commodity
  /** A register is a state of the meter: never summed, never usage. */
  register: boolean
  direction: DirectionType | undefined
  demandType: 'peak' | 'average' | 'starting' | undefined
}

/** ReadingType.commodity. Waste water, steam and the rest have no CDS usage type. */
const COMMODITIES: ReadonlyMap<number, Commodity> = new Map([
  [1, 'electric'],
  [2, 'electric'],
  [26, 'electric'],
  [7, 'natural_gas'],
  [9, 'water'],
  [14, 'water'],
])

/** UsagePoint ServiceCategory.kind, asked where the ReadingType names no commodity. */
const SERVICES: ReadonlyMap<number, Commodity> = new Map([
  [0, 'electric'],
  [1, 'natural_gas'],
  [2, 'water'],
])

/** Units that leave no doubt about the commodity. */
const UNMISTAKABLE: ReadonlyMap<number, Commodity> = new Map([
  [38, 'electric'],
  [72, 'electric'],
  [169, 'natural_gas'],
])

/** CDS-WG3-01 §10.8.5.1.1, §10.8.5.2.1: only powers of ten lie between Wh and kWh, so no digit changes. */
const ELECTRIC: ReadonlyMap<number, Target> = new Map([
  [72, { type: 'electric_usage', units: 'kWh', scale: -3 }],
  [38, { type: 'electric_demand', units: 'kW', scale: -3 }],
])

/**
 * CDS-WG3-01 §10.8.5.5.1 #usage-segment-gas-usage-value-format knows energy and volume at standard conditions only. Volumes that
 * are not compensated, or do not say so, are not the same quantity: they go into a value type of ours.
 */
const NATURAL_GAS: ReadonlyMap<number, Target> = new Map([
  [169, { type: 'natural_gas_usage', units: 'therm', scale: 0 }],
  [132, { type: 'natural_gas_usage', units: 'Btu', scale: 0 }],
  [167, { type: 'natural_gas_usage', units: 'Sm3', scale: 0 }],
  [120, { type: 'natural_gas_usage', units: 'scf', scale: 0 }],
  [42, { type: 'espi_natural_gas_volume', units: 'm3', scale: 0 }],
  [166, { type: 'espi_natural_gas_volume', units: 'm3', scale: 0 }],
  [119, { type: 'espi_natural_gas_volume', units: 'ft3', scale: 0 }],
])

/** CDS-WG3-01 §10.8.5.3.1 #usage-segment-water-usage-value-format */
const WATER: ReadonlyMap<number, Target> = new Map([
  [42, { type: 'water_usage', units: 'm3', scale: 0 }],
  [166, { type: 'water_usage', units: 'm3', scale: 0 }],
  [167, { type: 'water_usage', units: 'm3', scale: 0 }],
  [134, { type: 'water_usage', units: 'L', scale: 0 }],
  [156, { type: 'water_usage', units: 'L', scale: 0 }],
  [157, { type: 'water_usage', units: 'L', scale: 0 }],
  [128, { type: 'water_usage', units: 'gal', scale: 0 }],
  [119, { type: 'water_usage', units: 'ft3', scale: 0 }],
])

const TARGETS: Record<Commodity, ReadonlyMap<number, Target>> = {
  electric: ELECTRIC,
  natural_gas: NATURAL_GAS,
  water: WATER,
}

/** CDS-WG3-01 §10.8.7.2 #usage-segment-direction-types. 20 total is |forward| + |reverse|, which is not net. */
const DIRECTIONS: ReadonlyMap<number, DirectionType> = new Map([
  [1, 'forward'],
  [4, 'net'],
  [19, 'reverse'],
])

/** bulkQuantity, continuousCumulative, cumulative, summation: the state of a register. */
const REGISTERS: ReadonlySet<number> = new Set([1, 2, 3, 9])

const DELTA = 4
const INSTANTANEOUS = 12

/** none, normal, sum: the plain value of the interval. */
const PLAIN_QUALIFIERS: ReadonlySet<number> = new Set([0, 12, 26])
const AVERAGE = 2
const MAXIMUM = 8

/** A ReadingType becomes what its readings are in CDS; throws UntranslatableError where CDS has no place for them. */
export function toMeasurement(type: ReadingType, serviceKind: number | undefined): Measurement {
  const commodity = toCommodity(type, serviceKind)
  const target = toTarget(type, commodity)
  const register = REGISTERS.has(type.accumulationBehaviour ?? 0)
  checkAccumulation(type, target, register)
  return {
    ...target,
    commodity,
    register,
    direction: toDirection(type, commodity),
    demandType: toDemandType(type, target),
  }
}

/** The commodity a UsagePoint's ServiceCategory.kind names. */
export function commodityOfService(kind: number | undefined): Commodity | undefined {
  return kind === undefined ? undefined : SERVICES.get(kind)
}

function toCommodity({ commodity, uom }: ReadingType, serviceKind: number | undefined): Commodity {
  if (commodity) {
    const known = COMMODITIES.get(commodity)
    if (!known) throw untranslatable('unsupported_commodity', 'ReadingType.commodity', commodity)
    return known
  }
  const inferred = commodityOfService(serviceKind) ?? UNMISTAKABLE.get(uom ?? 0)
  if (!inferred) throw untranslatable('unknown_commodity', 'ReadingType.commodity')
  return inferred
}

function toTarget({ uom }: ReadingType, commodity: Commodity): Target {
  if (!uom || !unitSymbols.has(uom)) throw untranslatable('unknown_uom', 'ReadingType.uom', uom)
  const target = TARGETS[commodity].get(uom)
  if (!target) throw untranslatable('unsupported_uom', 'ReadingType.uom', uom)
  return target
}

/**
 * Only deltas are usage. Spec silent: a ReadingType without accumulationBehaviour (or 0 none) counts as delta, as the custodians
 * that leave it out mean it.
 */
function checkAccumulation(type: ReadingType, target: Target, register: boolean): void {
  const demand = target.type === 'electric_demand'
  const accumulation = type.accumulationBehaviour || DELTA
  const allowed = demand ? [DELTA, INSTANTANEOUS].includes(accumulation) : accumulation === DELTA || register
  if (!allowed) {
    throw untranslatable('unsupported_accumulation', 'ReadingType.accumulationBehaviour', accumulation)
  }
}

function toDirection({ flowDirection }: ReadingType, commodity: Commodity): DirectionType | undefined {
  if (!flowDirection) return undefined
  const direction = DIRECTIONS.get(flowDirection)
  if (!direction || (commodity !== 'electric' && direction !== 'forward')) {
    throw untranslatable('unsupported_flow_direction', 'ReadingType.flowDirection', flowDirection)
  }
  return commodity === 'electric' ? direction : undefined
}

/**
 * CDS-WG3-01 §10.8.7.7 #usage-segment-demand-types. Spec silent: ESPI demand over an interval is its average unless dataQualifier says
 * maximum; an instantaneous value stands at the interval's start, where ESPI puts its time.
 */
function toDemandType(type: ReadingType, target: Target): Measurement['demandType'] {
  const qualifier = type.dataQualifier ?? 0
  const plain = PLAIN_QUALIFIERS.has(qualifier)
  if (target.type !== 'electric_demand') {
    if (!plain) throw untranslatable('unsupported_data_qualifier', 'ReadingType.dataQualifier', qualifier)
    return undefined
  }
  if (qualifier === MAXIMUM) return 'peak'
  if (qualifier === AVERAGE) return 'average'
  if (!plain) throw untranslatable('unsupported_data_qualifier', 'ReadingType.dataQualifier', qualifier)
  return type.accumulationBehaviour === INSTANTANEOUS ? 'starting' : 'average'
}
