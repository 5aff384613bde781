import { inSeconds, parseBigInteger } from '../integers.ts'
import type { Item } from '../link/kin.ts'
import type { Element, Entry } from '../model.ts'
import { otherNames } from '../resources.ts'
import { type Fact, type Holder, newHolder, type Step } from './fact.ts'

/** ESPI 4.0 writes these with a small letter, nearly every feed with a capital one (reference: old XSDs did). */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['ServiceDeliveryPoint', 'serviceDeliveryPoint'],
  ['PositionPoints', 'positionPoints'],
  ...otherNames,
])

/** Elements that hold integers: `+5`, `05` and `5` are one number. What is an identifier stays as written. */
const INTEGERS: ReadonlySet<string> = new Set(
  'amount rounding unitCost itemKind billLastPeriod billToDate costAdditionalLastPeriod value uom powerOfTenMultiplier qualityOfReading commodity duration flickerPlt flickerPst harmonicVoltage longInterruptions mainsVoltage measurementProtocol powerFrequency rapidVoltageChanges shortInterruptions supplyVoltageDips supplyVoltageImbalance supplyVoltageVariations tempOvervoltage'.split(
    ' ',
  ),
)

/** Times: some custodians write milliseconds where the XSD says seconds. */
const TIMES: ReadonlySet<string> = new Set(
  'start timeStamp dateTime statusTimeStamp effectiveDate'.split(' '),
)

/** Elements that hold decimal numbers: zeros in front say nothing. */
const DECIMALS: ReadonlySet<string> = new Set(['xPosition', 'yPosition'])

/** A resource becomes a holder: its leaves are facts, its elements with children are parts. Of `but` only the attributes. */
export function canonicalItem(
  { element, entry }: Pick<Item, 'element' | 'entry'>,
  but: ReadonlySet<string> = NOTHING,
): Holder {
  const children = element.children.map((child) =>
    but.has(child.name) ? { ...child, text: '', children: [] } : child,
  )
  const path = [{ name: element.name, id: element }]
  const holder = canonicalElement({ ...element, children }, entry, path)
  holder.facts.push(...attributeFacts(holder.kind, element, { entry, path }))
  return holder
}

const NOTHING: ReadonlySet<string> = new Set()

function canonicalElement(element: Element, entry: Entry, path: readonly Step[]): Holder {
  const holder = newHolder(spelled(element.name))
  for (const child of element.children) {
    const steps = [...path, { name: spelled(child.name), id: child }]
    if (child.name === RIDERS) holder.parts.push(...ridersOf(child, entry, steps))
    else if (child.children.length > 0) holder.parts.push(canonicalElement(child, entry, steps))
    // A text stands alone, or between elements.
    if (child.name !== RIDERS) holder.facts.push(...leafFacts(holder.kind, child, { entry, path: steps }))
    holder.facts.push(...attributeFacts(holder.kind, child, { entry, path: steps }))
  }
  // ESPI has each of its leaves once: the same again says nothing.
  const said = new Set<string>()
  holder.facts = holder.facts.filter(({ text }) => !said.has(text) && said.add(text))
  holder.parts = holder.parts.filter(({ facts, parts }) => facts.length + parts.length > 0)
  return holder
}

const RIDERS = 'tariffRiderRefs'
const OF_RIDERS: ReadonlySet<string> = new Set(['riderType', 'enrollmentStatus', 'effectiveDate'])

/** A list of riders, or, in PG&E's schema, one rider in each: the riders are what is said. */
function ridersOf(list: Element, entry: Entry, path: readonly Step[]): Holder[] {
  const isRider = ({ name }: Element): boolean => name === 'tariffRiderRef'
  const riders = list.children.filter(isRider)
  const children = list.children.filter((child) => !isRider(child))
  const name = children.some((child) => OF_RIDERS.has(child.name)) ? 'tariffRiderRef' : RIDERS
  return [
    ...riders.map((rider) => canonicalElement(rider, entry, [...path, { name: rider.name, id: rider }])),
    canonicalElement({ ...list, name, children }, entry, path),
  ]
}

function leafFacts(kind: string, { name, text }: Element, origin: Fact['origins'][number]): Fact[] {
  const value = canonicalText(name, text)
  // A duration of 0 says no more than none.
  if (value === '' || (name === 'duration' && value === '0')) return []
  return [{ text: `${kind}.${spelled(name)} = ${value}`, origins: [origin] }]
}

/** ESPI has no attributes, so none ever comes back. */
function attributeFacts(kind: string, element: Element, { entry, path }: Fact['origins'][number]): Fact[] {
  const { name, unknownAttributes = [] } = element
  return unknownAttributes.map((attribute) => ({
    text: `${kind}.${spelled(name)}.@${attribute}`,
    origins: [{ entry, path: [...path, { name: `@${attribute}`, id: { element, attribute } }] }],
  }))
}

/** A text without what makes no difference in it. */
function canonicalText(name: string, text: string): string {
  const trimmed = text.trim()
  if (DECIMALS.has(name)) return trimmed.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1')
  const integer = TIMES.has(name) || INTEGERS.has(name) ? parseBigInteger(trimmed) : undefined
  if (integer === undefined) return trimmed
  return TIMES.has(name) ? String(Math.floor(inSeconds(Number(integer)))) : integer.toString()
}

function spelled(name: string): string {
  return SPELLINGS.get(name) ?? name
}
