import type { AnyValueFormat } from '../../cds/wire/any-object.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { directionTypes } from '../../cds/wire/usage-segment.ts'
import { Decimal } from '../../shared/decimal.ts'
import { additionalUom, conversionBetween, impliedCodes, isRegister } from '../usage/implied-codes.ts'
import { COMMODITIES, COST, type Conversion } from '../usage/targets.ts'
import { memberOfType } from '../usage/value-formats.ts'
import { givenParts } from './to-element.ts'

/** One column of values, as ESPI says it. */
export interface ReadingColumn {
  /** The codes of its ReadingType: without scale, interval and currency. */
  codes: EspiObject
  /** The member that holds its values. */
  member: string
  /** From ESPI's unit to the units of the values. */
  conversion: Conversion
  /** ISO 4217 code of values that are money. */
  currency: string | undefined
  negated: boolean
}

/** Units of other servers that no ReadingType becomes: ESPI's unit, and the power of ten to them. */
const OTHER_UNITS: ReadonlyMap<string, { uom: number; scale: number }> = new Map([
  ['Wh', { uom: 72, scale: 0 }],
  ['MWh', { uom: 72, scale: -6 }],
  ['W', { uom: 38, scale: 0 }],
  ['MW', { uom: 38, scale: -6 }],
  ['kvar', { uom: 63, scale: -3 }],
  ['kvarh', { uom: 73, scale: -3 }],
  ['CCF', { uom: 119, scale: -2 }],
  ['MCF', { uom: 119, scale: -3 }],
  ['MMCF', { uom: 119, scale: -6 }],
])

/**
 * A value format becomes the codes of a ReadingType: those that it carries, else those that its CDS fields imply. The reason as a text
 * where ESPI cannot say it.
 */
export function toReadingColumn(
  format: AnyValueFormat,
  serviceType: string | undefined,
): ReadingColumn | string {
  const fields: Record<string, unknown> = { ...format }
  const { type } = format
  const isCost = type === COST.type
  const units = isCost ? COST.units : String(fields.units ?? '')
  const demandType = textOf(fields.demand_type)
  const direction = directionTypes.find((one) => one === (fields.direction ?? fields.espi_direction))
  if (demandType === 'ending') return 'ESPI has no demand at the end of an interval'
  const implied = impliedCodes({ type, units, direction, demandType })
  const code = (member: string, otherwise: number): number => codeOf(fields[member]) ?? otherwise
  const other = OTHER_UNITS.get(units)
  const uom = code('espi_uom', implied.uom || (other?.uom ?? additionalUom(units) ?? 0))
  const conversion =
    conversionBetween(uom, units) ?? (other?.uom === uom ? { scale: other.scale, factor: 1 } : undefined)
  const member = isRegister(type) ? 'r' : memberOfType(type)
  if (conversion === undefined || member === undefined) return `ESPI has no unit for ${type} in ${units}`
  const register = isRegister(type)
  // Every register of this translation says what kind of register it is.
  const isOfAnother = register && fields.espi_accumulation_behaviour === undefined
  const codes = givenCodes({
    accumulationBehaviour: code(
      'espi_accumulation_behaviour',
      register ? CUMULATIVE : implied.accumulationBehaviour,
    ),
    commodity: code('espi_commodity', implied.commodity || (isOfAnother ? commodityOf(serviceType) : 0)),
    dataQualifier: code('espi_data_qualifier', implied.dataQualifier),
    flowDirection: code('espi_flow_direction', implied.flowDirection),
    kind: code('espi_kind', implied.kind),
    phase: code('espi_phase', 0),
    timeAttribute: code('espi_time_attribute', 0),
    uom,
    measuringPeriod: code('espi_measuring_period', 0),
  })
  const ratios = givenParts({
    interharmonic: ratioOf(fields.espi_interharmonic),
    argument: ratioOf(fields.espi_argument),
  })
  return {
    codes: { ...codes, ...ratios },
    member,
    conversion,
    currency: textOf(isCost ? fields.currency : fields.espi_currency),
    negated: !register && direction === 'reverse',
  }
}

/** AccumulationKind 3: a register of another server that does not say which kind it is. */
const CUMULATIVE = 3

function commodityOf(serviceType: string | undefined): number {
  return [...COMMODITIES].find(([, name]) => name === serviceType)?.[0] ?? 0
}

/** A code, as a number here or exact as it was read back. */
export function codeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return value instanceof Decimal ? Number(value.toString()) : undefined
}

function givenCodes(codes: Record<string, number>): EspiObject {
  return Object.fromEntries(
    Object.entries(codes).flatMap(([name, code]) => (code === 0 ? [] : [[name, String(code)]])),
  )
}

/** `numerator/denominator` */
function ratioOf(value: unknown): EspiObject | undefined {
  const [numerator, denominator] = textOf(value)?.split('/') ?? []
  return numerator === undefined || denominator === undefined ? undefined : { numerator, denominator }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
