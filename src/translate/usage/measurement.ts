import type { DirectionType } from '../../cds/wire/usage-segment.ts'
import { commodities, unitSymbols } from '../../espi/codes.ts'
import { untranslatable } from '../refusals.ts'
import { impliedCodes } from './implied-codes.ts'
import { QUANTITY_UNITS } from './quantities.ts'
import type { ReadingType } from './reading-type.ts'
import { carriedCodes } from './reading-type-codes.ts'
import {
  ADDITIONAL_TARGETS,
  AMOUNTS,
  CDS_TARGETS,
  COMMODITIES,
  COST,
  type Commodity,
  DIRECTIONS,
  MONEY,
  SERVICES,
  type Target,
} from './targets.ts'

/** What the readings of one ReadingType are in CDS. */
export interface Measurement extends Target {
  /** Undefined for what no one commodity has: a temperature, a voltage without a service. */
  commodity: Commodity | undefined
  /** A register is a state of the meter: never summed, never usage. */
  register: boolean
  direction: DirectionType | undefined
  demandType: 'peak' | 'average' | 'starting' | undefined
  /** What else the ReadingType says, for the value format: `espi_…` members. */
  codes: Readonly<Record<string, number | string>>
}

/** Units that leave no doubt about the commodity. */
const UNMISTAKABLE: ReadonlyMap<number, Commodity> = new Map([
  [5, 'electric'],
  [29, 'electric'],
  [33, 'electric'],
  [38, 'electric'],
  [61, 'electric'],
  [63, 'electric'],
  [65, 'electric'],
  [71, 'electric'],
  [72, 'electric'],
  [73, 'electric'],
  [169, 'natural_gas'],
])

/** A temperature is that of the weather, a room, or a medium; money, counts and the like are what they are of any commodity. */
const WITHOUT_COMMODITY: ReadonlySet<number> = new Set([6, 23, ...QUANTITY_UNITS.map(([uom]) => uom)])

/** bulkQuantity, continuousCumulative, cumulative, summation: the state of a register. */
const REGISTERS: ReadonlySet<number> = new Set([1, 2, 3, 9])

const DELTA = 4
const INDICATING = 6
const INSTANTANEOUS = 12

/** MeasurementKind Funds, tariffRate, billLastPeriod, billToDate, billCarryover. */
const NO_COSTS: ReadonlySet<number> = new Set([16, 45, 150, 151, 152])

/** none, normal, sum: the plain value of the interval. */
const PLAIN_QUALIFIERS: ReadonlySet<number> = new Set([0, 12, 26])
const AVERAGE = 2
const MAXIMUM = 8

/** A ReadingType becomes what its readings are in CDS; throws UntranslatableError where CDS has no place for them. */
export function toMeasurement(type: ReadingType, serviceKind: number | undefined): Measurement {
  const commodity = toCommodity(type, serviceKind)
  const register = REGISTERS.has(type.accumulationBehaviour ?? 0)
  const target = toTarget(type, commodity, register)
  const additional = isAdditional(target)
  checkAccumulation(type, target, register)
  const direction = additional ? undefined : toDirection(type, commodity)
  const demandType = additional ? undefined : toDemandType(type, target)
  const implied = impliedCodes({
    type: register ? 'meter_readings' : target.type,
    units: target.units,
    direction,
    demandType,
  })
  const codes = carriedCodes(type, implied)
  return { ...target, commodity, register, direction, demandType, codes }
}

/** The commodity a UsagePoint's ServiceCategory.kind names. */
export function commodityOfService(kind: number | undefined): Commodity | undefined {
  return kind === undefined ? undefined : SERVICES.get(kind)
}

/** Types that have no direction, demand type or statistic of their own: the ReadingType's codes are carried instead. */
function isAdditional({ type }: Target): boolean {
  return type === 'cost' || (type.startsWith('espi_') && type !== 'espi_natural_gas_volume')
}

/** The commodity of a CommodityKind code; undefined for none and for what CDS has no usage type for. */
export function commodityOfCode(code: number | undefined): Commodity | undefined {
  return code === undefined ? undefined : COMMODITIES.get(code)
}

/** Where the ReadingType names none: the service, then the unit. Electrical units without either are electric all the same. */
function toCommodity(
  { commodity, uom }: ReadingType,
  serviceKind: number | undefined,
): Commodity | undefined {
  if (commodity) {
    if (!commodities.has(commodity)) {
      throw untranslatable('unsupported_commodity', 'ReadingType.commodity', commodity)
    }
    return COMMODITIES.get(commodity)
  }
  const inferred = commodityOfService(serviceKind) ?? UNMISTAKABLE.get(uom ?? 0)
  if (!inferred && !WITHOUT_COMMODITY.has(uom ?? 0)) {
    throw untranslatable('unknown_commodity', 'ReadingType.commodity')
  }
  return inferred
}

function toTarget(type: ReadingType, commodity: Commodity | undefined, register: boolean): Target {
  const { uom } = type
  if (!uom || !unitSymbols.has(uom)) throw untranslatable('unknown_uom', 'ReadingType.uom', uom)
  const ofCds = isCost(type) ? COST : commodity && CDS_TARGETS[commodity].get(uom)
  // §10.8.5.8.2: a register's value is what the meter shows, in its unit.
  const fits = ofCds && !(register && ofCds.factor !== 1)
  const target = fits ? ofCds : ADDITIONAL_TARGETS.get(uom)
  if (!target) throw untranslatable('unsupported_uom', 'ReadingType.uom', uom)
  return target
}

/**
 * Money that is billed for an interval, CDS-WG3-01 §10.8.5.7 #usage-segment-interval-cost. A price, a balance, a bill so far, or a
 * statistic of money is not.
 */
function isCost({ uom, kind, dataQualifier, accumulationBehaviour }: ReadingType): boolean {
  const accumulation = accumulationBehaviour || DELTA
  const summed = accumulation === DELTA || REGISTERS.has(accumulation)
  return uom === MONEY && summed && !NO_COSTS.has(kind ?? 0) && PLAIN_QUALIFIERS.has(dataQualifier ?? 0)
}

/**
 * Only deltas are usage. Spec silent: a ReadingType without accumulationBehaviour (or 0 none) counts as delta, as the custodians
 * that leave it out mean it. A state such as a voltage may also be instantaneous or indicating, and is never a register.
 */
function checkAccumulation(type: ReadingType, target: Target, register: boolean): void {
  const accumulation = type.accumulationBehaviour || DELTA
  if (accumulation === DELTA || isPlaced(accumulation, target, register)) return
  throw untranslatable('unsupported_accumulation', 'ReadingType.accumulationBehaviour', accumulation)
}

function isPlaced(accumulation: number, target: Target, register: boolean): boolean {
  if (AMOUNTS.has(target.type)) return register
  if (target.type === 'espi_quantity' && register) return true
  if (target.type === 'electric_demand') return accumulation === INSTANTANEOUS
  return accumulation === INSTANTANEOUS || accumulation === INDICATING
}

function toDirection(
  { flowDirection }: ReadingType,
  commodity: Commodity | undefined,
): DirectionType | undefined {
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
