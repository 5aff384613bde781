import {
  accumulationKinds,
  commodities,
  dataQualifiers,
  flowDirections,
  measurementKinds,
  qualities,
  serviceKinds,
  unitSymbols,
} from '../../espi/codes.ts'
import { findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'

/** The codes of a ReadingType that are worth a word, in the order people ask for them; 0 says nothing. */
const NAMED: readonly [string, ReadonlyMap<number, string>][] = [
  ['kind', measurementKinds],
  ['flowDirection', flowDirections],
  ['accumulationBehaviour', accumulationKinds],
  ['dataQualifier', dataQualifiers],
  ['defaultQuality', qualities],
]

const PLAIN = ['phase', 'timeAttribute', 'measuringPeriod', 'tou', 'consumptionTier', 'cpp', 'currency']

/** `electricity SecondaryMetered, Wh × 10^-3, flowDirection forward, …, every 3600 s`. */
export function readingTypeWords(element: Element): string {
  const commodity = codeWords(findText(element, 'commodity'), commodities) ?? 'no commodity'
  const named = NAMED.flatMap(([name, codes]) => labelled(name, codeWords(findText(element, name), codes)))
  const plain = PLAIN.flatMap((name) => labelled(name, nonZero(findText(element, name))))
  const length = findText(element, 'intervalLength')
  const every = length === undefined ? [] : [`every ${length} s`]
  return [commodity, unitWords(element), ...named, ...plain, ...every].join(', ')
}

/** `service electricity`, from a UsagePoint's ServiceCategory. */
export function usagePointWords(element: Element): string | undefined {
  const kind = findText(element, 'ServiceCategory', 'kind')
  if (kind === undefined) return undefined
  return `service ${serviceKinds.get(Number(kind)) ?? `${kind} (not in the schema)`}`
}

function unitWords(element: Element): string {
  const unit = codeWords(findText(element, 'uom'), unitSymbols) ?? 'no unit'
  const power = nonZero(findText(element, 'powerOfTenMultiplier'))
  return power === undefined ? unit : `${unit} × 10^${power}`
}

function labelled(name: string, words: string | undefined): string[] {
  return words === undefined ? [] : [`${name} ${words}`]
}

function codeWords(text: string | undefined, codes: ReadonlyMap<number, string>): string | undefined {
  const code = nonZero(text)
  if (code === undefined) return undefined
  return codes.get(Number(code)) ?? `${code} (not in the schema)`
}

function nonZero(text: string | undefined): string | undefined {
  return text === undefined || Number(text) === 0 ? undefined : text
}
