import { currencies } from '../codes.ts'
import { findElement, findText } from '../elements.ts'
import { parseBigInteger } from '../integers.ts'
import type { Item } from '../link/kin.ts'
import type { Element } from '../model.ts'
import type { UsagePoint } from '../resolved.ts'

/** The codes that say what a reading is, in the XSD's order. */
const CODES = [
  'accumulationBehaviour',
  'commodity',
  'dataQualifier',
  'flowDirection',
  'kind',
  'phase',
  'timeAttribute',
  'uom',
  'measuringPeriod',
] as const

/** UnitSymbolKind money */
const MONEY = '80'

/** What a ReadingType says of each of its readings. */
export interface CanonicalType {
  /** All codes that are given; 0 is "not applicable" or "none", like an absent one. */
  codes: string
  /** Whether the values themselves are of that currency. */
  isMoney: boolean
  /** ISO 4217 code, or the number that is none; '' where nothing tells. */
  currency: string
  powerOfTen: number
  intervalLength: number | undefined
  quality: string
  tou: string
  consumptionTier: string
  cpp: string
}

/** Elements that `toCanonicalType` reads: the others of a ReadingType are facts of their own. */
export const EFFECTIVE: ReadonlySet<string> = new Set([
  ...CODES,
  'consumptionTier',
  'currency',
  'defaultQuality',
  'intervalLength',
  'powerOfTenMultiplier',
  'tou',
  'cpp',
  'interharmonic',
  'argument',
])

/** A ReadingType, or none, becomes what its readings are; two that disagree are no meaning. */
export function toCanonicalType(item: Item | undefined, currency: string): CanonicalType {
  const element = item?.element
  const code = (name: string): string => integerText(findText(element, name))
  const given = CODES.flatMap((name) => {
    const text = code(name)
    return text === '' || text === '0' ? [] : [`${name}=${text}`]
  })
  const rivals = item && item.rivals.length > 0 ? ['one of several'] : []
  return {
    codes: item
      ? [...given, ...ratio(element, 'interharmonic'), ...ratio(element, 'argument'), ...rivals].join(' ')
      : 'no reading type',
    isMoney: code('uom') === MONEY,
    currency: currencyOf(element) || currency,
    powerOfTen: Number(code('powerOfTenMultiplier') || 0),
    intervalLength: Number(code('intervalLength') || 0) || undefined,
    quality: code('defaultQuality'),
    tou: code('tou'),
    consumptionTier: code('consumptionTier'),
    cpp: code('cpp'),
  }
}

/** The currency of a usage point's amounts: the one that all its reading types name. */
export function commonCurrency({ meterReadings }: UsagePoint): string {
  const named = new Set(
    meterReadings.map(({ readingType }) => currencyOf(readingType?.element)).filter(Boolean),
  )
  const [first] = named
  return named.size === 1 && first !== undefined ? first : ''
}

/** The ISO code of an element's currency; '' for none and for 0 "other". */
export function currencyOf(element: Element | undefined): string {
  const text = integerText(findText(element, 'currency'))
  return text === '0' ? '' : (currencies.get(Number(text)) ?? text)
}

/** XSD ReadingInterharmonic: "Value 0 in 'numerator' and 'denominator' means not applicable". */
function ratio(element: Element | undefined, name: string): string[] {
  const parts = findElement(element, name)
  const text = (part: string): string => integerText(findText(parts, part)) || '0'
  const [numerator, denominator] = [text('numerator'), text('denominator')]
  return numerator === '0' && denominator === '0' ? [] : [`${name}=${numerator}/${denominator}`]
}

function integerText(text: string | undefined): string {
  if (text === undefined) return ''
  return parseBigInteger(text)?.toString() ?? text
}
