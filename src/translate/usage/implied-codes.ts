import type { DirectionType } from '../../cds/wire/usage-segment.ts'
import {
  ADDITIONAL_TARGETS,
  CDS_TARGETS,
  COMMODITIES,
  COST,
  type Conversion,
  DIRECTIONS,
  MONEY,
  type Target,
} from './targets.ts'

/** What the CDS fields of a value format say. */
export interface FormatFacts {
  /** `meter_readings` and `espi_meter_readings` for registers. */
  type: string
  units: string
  /** `direction`, on a register `espi_direction`. */
  direction?: DirectionType | undefined
  demandType?: string | undefined
}

/** Codes of a ReadingType, 0 for none. */
export interface ImpliedCodes {
  accumulationBehaviour: number
  commodity: number
  dataQualifier: number
  flowDirection: number
  kind: number
  uom: number
}

const DELTA = 4
const INSTANTANEOUS = 12
const AVERAGE = 2
/** MeasurementKind that most feeds write beside these: gas and water feeds write 12 energy for their volumes. */
const KINDS: ReadonlyMap<string, number> = new Map([
  ['electric_usage', 12],
  ['electric_demand', 8],
  ['natural_gas_usage', 12],
  ['water_usage', 12],
  ['espi_natural_gas_volume', 12],
  ['cost', 3],
])
const MAXIMUM = 8

/**
 * The ReadingType's codes as far as the CDS fields of a format tell them. What a ReadingType says differently is carried in `espi_…`
 * members: both directions of the translation ask here, so that they agree.
 */
export function impliedCodes(format: FormatFacts): ImpliedCodes {
  const { uom, commodity } = isRegister(format.type) ? ofUnits(format.units) : ofType(format)
  return {
    accumulationBehaviour: accumulationOf(format),
    commodity,
    dataQualifier: qualifierOf(format.demandType),
    flowDirection: flowOf(format.direction),
    kind: KINDS.get(format.type) ?? 0,
    uom,
  }
}

export function isRegister(type: string): boolean {
  return type === 'meter_readings' || type === 'espi_meter_readings'
}

function accumulationOf({ type, demandType }: FormatFacts): number {
  // Four kinds of accumulation are registers: which one it is, is always carried.
  if (isRegister(type)) return 0
  return demandType === 'starting' ? INSTANTANEOUS : DELTA
}

function qualifierOf(demandType: string | undefined): number {
  if (demandType === 'peak') return MAXIMUM
  return demandType === 'average' ? AVERAGE : 0
}

function flowOf(direction: DirectionType | undefined): number {
  return [...DIRECTIONS].find(([, known]) => known === direction)?.[0] ?? 0
}

interface Measured {
  uom: number
  commodity: number
}

const CDS: readonly (Measured & { target: Target })[] = Object.entries(CDS_TARGETS).flatMap(
  ([commodity, targets]) => {
    const code = [...COMMODITIES].find(([, name]) => name === commodity)?.[0] ?? 0
    return [...targets].map(([uom, target]) => ({ uom, commodity: code, target }))
  },
)

/** The first unit of ESPI that becomes these units, 0 for units of other servers. An additional type carries all its codes. */
function ofType({ type, units }: FormatFacts): Measured {
  if (type === COST.type) return { uom: MONEY, commodity: 0 }
  const ofSameType = CDS.filter(({ target }) => target.type === type)
  const found = ofSameType.find(({ target }) => target.units === units)
  return found ?? { uom: 0, commodity: ofSameType[0]?.commodity ?? 0 }
}

/** The units of a register tell its commodity where no two commodities share them. Units of ours carry all codes. */
function ofUnits(units: string): Measured {
  const found = CDS.filter(({ target }) => target.units === units)
  const [first] = found
  if (!first) return { uom: 0, commodity: 0 }
  const isAlone = found.every(({ commodity }) => commodity === first.commodity)
  return { uom: first.uom, commodity: isAlone ? first.commodity : 0 }
}

/** The first unit of ESPI that becomes these units of an additional type. */
export function additionalUom(units: string): number | undefined {
  return [...ADDITIONAL_TARGETS].find(([, target]) => target.units === units)?.[0]
}

/** What lies between ESPI's unit and the units on the wire; undefined where no ReadingType becomes them. */
export function conversionBetween(uom: number, units: string): Conversion | undefined {
  if (uom === MONEY && units === COST.units) return COST
  const known = CDS.find(({ uom: code, target }) => code === uom && target.units === units)?.target
  const target = known ?? ADDITIONAL_TARGETS.get(uom)
  return target?.units === units ? target : undefined
}
