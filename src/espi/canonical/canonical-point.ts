import { findElement, findText } from '../elements.ts'
import type { Item } from '../link/kin.ts'
import type { UsagePoint } from '../resolved.ts'
import { canonicalItem } from './canonical-element.ts'
import { type CanonicalContext, readingFacts, readingParts } from './canonical-readings.ts'
import { commonCurrency, currencyOf } from './canonical-type.ts'
import { type Fact, type Holder, isEmpty, newHolder } from './fact.ts'

/** A usage point with its readings, its local time, its summaries and the names of its codes. */
export function pointHolder(point: UsagePoint, context: CanonicalContext): Holder {
  const holder = point.item ? canonicalItem(point.item) : newHolder('UsagePoint')
  holder.facts.push(...readingFacts(point, context))
  const time = point.localTime ? [canonicalItem(point.localTime)] : []
  const parts = [
    ...time,
    ...point.programMappings.map((one) => canonicalItem(one)),
    ...readingParts(point),
    ...summaryHolders(point, context),
    ...qualityHolders(point),
  ]
  holder.parts.push(...parts.filter((part) => !isEmpty(part)))
  return holder
}

/** One summary a billing period: the later `updated` counts, then the later in the document. */
function summaryHolders(point: UsagePoint, { currency }: CanonicalContext): Holder[] {
  const byPeriod = new Map<string, Holder>()
  const items = point.summaries.toSorted((a, b) => a.entry.updated - b.entry.updated)
  items.forEach((item, at) => {
    const period = findElement(item.element, 'billingPeriod')
    const start = findText(period, 'start')
    const key = start === undefined ? `unknown ${at}` : `${start} ${findText(period, 'duration') ?? 0}`
    byPeriod.set(key, summaryHolder(item, commonCurrency(point) || currency))
  })
  return [...byPeriod.values()]
}

/** One power quality summary an interval and protocol, by the same rule. */
function qualityHolders({ qualitySummaries }: UsagePoint): Holder[] {
  const byInterval = new Map<string, Holder>()
  const items = qualitySummaries.toSorted((a, b) => a.entry.updated - b.entry.updated)
  items.forEach((item, at) => {
    const interval = findElement(item.element, 'summaryInterval')
    const [start, duration] = [findText(interval, 'start'), findText(interval, 'duration')]
    const protocol = findText(item.element, 'measurementProtocol') ?? ''
    const isPlaced = start !== undefined && Number(duration) > 0
    byInterval.set(isPlaced ? `${start} ${duration} ${protocol}` : `unknown ${at}`, canonicalItem(item))
  })
  return [...byInterval.values()]
}

/** XSD: amounts are in the currency "specified in the ReadingType" where the summary names none. */
function summaryHolder(item: Item, otherwise: string): Holder {
  const holder = canonicalItem(item)
  const isCurrency = ({ text }: Fact): boolean => text.startsWith('UsageSummary.currency = ')
  const [own] = holder.facts.filter(isCurrency)
  const isReadable = own === undefined || /= [+-]?\d+$/.test(own.text)
  const currency = (isReadable && currencyOf(item.element)) || otherwise
  // A text that is no code is a thing of its own, beside the currency that counts.
  holder.facts = holder.facts.filter((fact) => !isCurrency(fact) || !isReadable)
  const origin = {
    entry: item.entry,
    path: [
      { name: item.element.name, id: item.element },
      { name: 'currency', id: item },
    ],
  }
  if (currency !== '')
    holder.facts.push({ text: `UsageSummary.currency = ${currency}`, origins: own?.origins ?? [origin] })
  return holder
}
