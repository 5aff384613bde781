import { findElement, findText } from '../elements.ts'
import type { Item } from '../kin.ts'
import { normaliseHref } from '../links.ts'
import type { Element, EspiFeed } from '../model.ts'
import { resolveLinks } from '../resolve-links.ts'
import type {
  CustomerAccount,
  CustomerAgreement,
  ResolvedFeed,
  ServiceLocation,
  UsagePoint,
} from '../resolved.ts'
import { canonicalItem } from './canonical-element.ts'
import { type CanonicalContext, readingFacts, readingParts, typesInUse } from './canonical-readings.ts'
import { commonCurrency, currencyOf } from './canonical-type.ts'
import { compareHolders } from './compare-holders.ts'
import { type Fact, factsOf, type Holder, newHolder, type Origin } from './fact.ts'

/** A usage point under the key that only its own feed knows. */
export interface CanonicalPoint {
  key: string
  holder: Holder
  /** What the customer feed says of the place, to tell usage points of equal content apart. */
  place: string[]
}

/** What one or several feeds say, independent of how they say it. */
export interface CanonicalFeed {
  points: CanonicalPoint[]
  /** Accounts with what belongs to them. `labelOf` gives a usage point's name, the same in both feeds of a comparison. */
  accounts(labelOf: (key: string) => string | undefined): Holder[]
  /** What found no place in the graph. */
  apart: Holder[]
}

/** Feeds, joined by their links, become what they say. `currency` counts where nothing in them names one. */
export function toCanonical(feeds: readonly EspiFeed[], { currency = '' } = {}): CanonicalFeed {
  const resolved = resolveLinks(feeds)
  const order = new Map(feeds.map((feed, at) => [feed.readings, at]))
  const context: CanonicalContext = {
    currency,
    used: typesInUse(resolved.usagePoints),
    feedOrder: ({ readings }) => order.get(readings) ?? 0,
  }
  return {
    points: resolved.usagePoints.map((point) => ({
      key: point.key,
      holder: pointHolder(point, context),
      place: placeOf(point.key, resolved),
    })),
    accounts: (labelOf) => accountHolders(resolved.accounts, labelOf),
    apart: apartOf(feeds, resolved),
  }
}

function pointHolder(point: UsagePoint, context: CanonicalContext): Holder {
  const holder = point.item ? canonicalItem(point.item) : newHolder('UsagePoint')
  holder.facts.push(...readingFacts(point, context))
  const time = point.localTime ? [canonicalItem(point.localTime)] : []
  const parts = [...time, ...readingParts(point, context.used), ...summaryHolders(point, context)]
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

/** XSD: amounts are in the currency "specified in the ReadingType" where the summary names none. */
function summaryHolder(item: Item, otherwise: string): Holder {
  const holder = canonicalItem(item)
  const isCurrency = ({ text }: Fact): boolean => text.startsWith('UsageSummary.currency = ')
  const [own] = holder.facts.filter(isCurrency)
  const currency = currencyOf(item.element) || otherwise
  holder.facts = holder.facts.filter((fact) => !isCurrency(fact))
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

type LabelOf = (key: string) => string | undefined

/** Accounts of one number are one account, agreements of one account and number one agreement. */
function accountHolders(accounts: readonly CustomerAccount[], labelOf: LabelOf): Holder[] {
  return sameNumber(accounts, ({ item }) => identifierOf(item, 'accountId')).map((same) => {
    const holder = joined(
      same.map(({ item }) => (item ? withIdentifier(item, 'accountId') : newHolder('CustomerAccount'))),
    )
    const customers = [...new Set(same.flatMap(({ customer }) => customer ?? []))]
    if (customers.length > 0) holder.parts.push(joined(customers.map((one) => canonicalItem(one))))
    const agreements = same.flatMap((account) => account.agreements)
    for (const equal of sameNumber(agreements, ({ item }) => identifierOf(item, 'agreementId'))) {
      holder.parts.push(agreementHolder(equal, labelOf))
    }
    return holder
  })
}

function agreementHolder(same: readonly CustomerAgreement[], labelOf: LabelOf): Holder {
  const holder = joined(same.map(({ item }) => withIdentifier(item, 'agreementId')))
  for (const { serviceLocations, suppliers, programDates } of same) {
    holder.parts.push(...serviceLocations.map((location) => locationHolder(location, labelOf)))
    holder.parts.push(...[...suppliers, ...programDates].map((one) => canonicalItem(one)))
  }
  return holder
}

function identifierOf(item: Item | undefined, identifier: string): string | undefined {
  return findText(item?.element, identifier) ?? findText(item?.element, 'name')
}

/** Those that share a number come together; what has none is alone. */
function sameNumber<T>(all: readonly T[], numberOf: (one: T) => string | undefined): T[][] {
  return [...Map.groupBy(all, (one) => numberOf(one) ?? one).values()]
}

/** Entries for one and the same thing: what several of them say, they say once. */
function joined(holders: readonly Holder[]): Holder {
  const [first, ...others] = holders
  const holder = {
    kind: first?.kind ?? '',
    facts: [...(first?.facts ?? [])],
    parts: [...(first?.parts ?? [])],
  }
  for (const { facts, parts } of others) {
    holder.facts.push(...facts.filter(({ text }) => !holder.facts.some((known) => known.text === text)))
    holder.parts.push(...parts.filter((part) => !holder.parts.some((known) => isSame(known, part))))
  }
  return holder
}

function isSame(a: Holder, b: Holder): boolean {
  const { missing, added } = compareHolders(a, b)
  return a.kind === b.kind && missing.length + added.length === 0
}

/** Before 2019 the schema had no such element, and `name` held what it holds today; a `name` that repeats it says nothing. */
function withIdentifier(item: Item, identifier: string): Holder {
  const holder = canonicalItem(item)
  const { kind } = holder
  const [name, own] = ['name', identifier].map((element) => findText(item.element, element))
  if (name === undefined || (own !== undefined && own !== name)) return holder
  holder.facts = holder.facts.flatMap((fact) => {
    if (!fact.text.startsWith(`${kind}.name = `)) return [fact]
    return own === undefined ? [{ ...fact, text: `${kind}.${identifier} = ${name}` }] : []
  })
  return holder
}

/** What names a meter: before it had a serial number, its name. An end device is another device than a meter. */
function meterNumber({ element }: Item): string | undefined {
  const number = ['serialNumber', 'name', 'utcNumber'].map((name) => findText(element, name)).find(Boolean)
  return number && `${element.name} ${number}`
}

function locationHolder({ item, usagePoints, meters }: ServiceLocation, labelOf: LabelOf): Holder {
  const holder = canonicalItem(item, new Set(['UsagePoints']))
  const origin: Origin = {
    entry: item.entry,
    path: [
      { name: 'ServiceLocation', id: item.element },
      { name: 'UsagePoints', id: item },
    ],
  }
  for (const key of usagePoints) {
    holder.facts.push({
      text: `ServiceLocation.serves = ${labelOf(key) ?? 'a usage point elsewhere'}`,
      origins: [origin],
    })
  }
  const same = sameNumber(meters, meterNumber)
  holder.parts.push(...same.map((equal) => joined(equal.map((one) => canonicalItem(one)))))
  return holder
}

function placeOf(key: string, { accounts }: ResolvedFeed): string[] {
  return accounts.flatMap(({ agreements }) =>
    agreements.flatMap(({ item, serviceLocations }) =>
      serviceLocations
        .filter(({ usagePoints }) => usagePoints.includes(key))
        .flatMap(({ item: location, meters }) =>
          [item, location, ...meters].flatMap((one) =>
            [...factsOf(canonicalItem(one))].map(({ text }) => `at ${text}`),
          ),
        ),
    ),
  )
}

/** Reading types that no meter reading names say nothing of a reading. */
const EXPLAINERS: ReadonlySet<string> = new Set(['ReadingType'])

/**
 * Payloads that the graph does not hold. An entry whose `self` another one has is an older state of that (the later `updated`
 * counts, then the later in the document).
 */
function apartOf(feeds: readonly EspiFeed[], resolved: ResolvedFeed): Holder[] {
  const items = itemsIn(resolved)
  const held = new Set<object>(items.map(({ element }) => element))
  const selfs = new Set(items.flatMap(({ element, self }) => self.map((href) => `${element.name} ${href}`)))
  const blocks = new Set<object>(
    resolved.usagePoints.flatMap(({ meterReadings }) =>
      meterReadings.flatMap((one) => one.blocks.map(({ block }) => block)),
    ),
  )
  return feeds
    .flatMap(({ entries }) =>
      entries.flatMap((entry) =>
        entry.payloads.flatMap((payload): Holder[] => {
          if (payload.type === 'intervalBlock') {
            return blocks.has(payload)
              ? []
              : [
                  apartBlock(
                    { entry, path: [{ name: 'IntervalBlock', id: payload }] },
                    payload.to - payload.from,
                  ),
                ]
          }
          const isOlder = entry.self.some((href) => selfs.has(`${payload.name} ${normaliseHref(href)}`))
          const known: Element = payload.element
          if (held.has(known) || isOlder || EXPLAINERS.has(payload.name)) return []
          return [canonicalItem({ element: known, entry })]
        }),
      ),
    )
    .filter((holder) => !isEmpty(holder))
}

function apartBlock(origin: Origin, readings: number): Holder {
  const facts = Array.from(
    { length: readings },
    (): Fact => ({ text: 'reading of nothing known', origins: [origin] }),
  )
  return { kind: 'IntervalBlock', facts, parts: [] }
}

function itemsIn({ usagePoints, accounts }: ResolvedFeed): Item[] {
  const ofPoints = usagePoints.flatMap(({ item, localTime, meterReadings, summaries }) => [
    item,
    localTime,
    ...meterReadings.flatMap((one) => [one.item, one.readingType]),
    ...summaries,
  ])
  const ofAccounts = accounts.flatMap(({ item, customer, agreements }) => [
    item,
    customer,
    ...agreements.flatMap((agreement) => [
      agreement.item,
      ...agreement.suppliers,
      ...agreement.programDates,
      ...agreement.serviceLocations.flatMap((location) => [location.item, ...location.meters]),
    ]),
  ])
  return [...ofPoints, ...ofAccounts].filter((item) => item !== undefined)
}

function isEmpty({ facts, parts }: Holder): boolean {
  return facts.length === 0 && parts.length === 0
}
