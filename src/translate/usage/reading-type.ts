import { findElement, findText } from '../../espi/elements.ts'
import { parseInteger } from '../../espi/integers.ts'
import type { Element } from '../../espi/model.ts'
import { untranslatable } from '../refusals.ts'

/** The codes of one ESPI ReadingType; undefined is "not given", which is not the same as 0. */
export interface ReadingType {
  accumulationBehaviour: number | undefined
  commodity: number | undefined
  consumptionTier: number | undefined
  currency: number | undefined
  dataQualifier: number | undefined
  defaultQuality: number | undefined
  flowDirection: number | undefined
  intervalLength: number | undefined
  kind: number | undefined
  phase: number | undefined
  powerOfTenMultiplier: number
  timeAttribute: number | undefined
  tou: number | undefined
  uom: number | undefined
  cpp: number | undefined
  measuringPeriod: number | undefined
  /** As written, `numerator/denominator`; 0/0 is "not applicable", like none. */
  interharmonic: string | undefined
  argument: string | undefined
}

/** What values have that come without a ReadingType. */
export const NO_READING_TYPE: ReadingType = {
  accumulationBehaviour: undefined,
  commodity: undefined,
  consumptionTier: undefined,
  currency: undefined,
  dataQualifier: undefined,
  defaultQuality: undefined,
  flowDirection: undefined,
  intervalLength: undefined,
  kind: undefined,
  phase: undefined,
  powerOfTenMultiplier: 0,
  timeAttribute: undefined,
  tou: undefined,
  uom: undefined,
  cpp: undefined,
  measuringPeriod: undefined,
  interharmonic: undefined,
  argument: undefined,
}

const MAX_POWER = 15

/** The payload of a ReadingType entry becomes its codes. */
export function parseReadingType(element: Element): ReadingType {
  const code = (name: string): number | undefined => {
    const text = findText(element, name)
    if (text === undefined) return undefined
    const value = parseInteger(text)
    if (typeof value !== 'number') throw untranslatable('code_not_integer', `ReadingType.${name}`, text)
    return value
  }
  const powerOfTenMultiplier = code('powerOfTenMultiplier') ?? 0
  if (Math.abs(powerOfTenMultiplier) > MAX_POWER) {
    throw untranslatable(
      'power_of_ten_out_of_range',
      'ReadingType.powerOfTenMultiplier',
      powerOfTenMultiplier,
    )
  }
  return {
    accumulationBehaviour: code('accumulationBehaviour'),
    commodity: code('commodity'),
    consumptionTier: code('consumptionTier'),
    currency: code('currency'),
    dataQualifier: code('dataQualifier'),
    defaultQuality: code('defaultQuality'),
    flowDirection: code('flowDirection'),
    intervalLength: code('intervalLength'),
    kind: code('kind'),
    phase: code('phase'),
    powerOfTenMultiplier,
    timeAttribute: code('timeAttribute'),
    tou: code('tou'),
    uom: code('uom'),
    cpp: code('cpp'),
    measuringPeriod: code('measuringPeriod'),
    interharmonic: ratioOf(element, 'interharmonic'),
    argument: ratioOf(element, 'argument'),
  }
}

function ratioOf(element: Element, name: string): string | undefined {
  const ratio = findElement(element, name)
  const [numerator, denominator] = [
    findText(ratio, 'numerator') ?? '0',
    findText(ratio, 'denominator') ?? '0',
  ]
  return numerator === '0' && denominator === '0' ? undefined : `${numerator}/${denominator}`
}

/**
 * What makes two reading types the same stream: everything but scale, default quality and interval length, which custodians
 * vary from chunk to chunk and from one billing-period length to the next. A code of 0 means "not applicable", like none.
 */
export function streamKey(type: ReadingType): string {
  const codes = [
    type.accumulationBehaviour,
    type.commodity,
    type.dataQualifier,
    type.flowDirection,
    type.kind,
    type.phase,
    type.uom,
    type.measuringPeriod,
    type.timeAttribute,
  ]
  const interharmonic = type.interharmonic === undefined ? '' : `interharmonic=${type.interharmonic}`
  const argument = type.argument === undefined ? '' : `argument=${type.argument}`
  return `${codes.map((code) => code || '').join('/')}${interharmonic}${argument}`
}
