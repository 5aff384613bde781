import { findText } from '../elements.ts'
import type { Item } from '../link/kin.ts'
import type { CustomerAccount, CustomerAgreement, ServiceLocation } from '../resolved.ts'
import { canonicalItem } from './canonical-element.ts'
import { compareHolders } from './compare-holders.ts'
import { type Holder, newHolder, type Origin } from './fact.ts'

/** A usage point's name, the same in both feeds of a comparison. */
export type LabelOf = (key: string) => string | undefined

/** Accounts of one number are one account, agreements of one account and number one agreement. */
export function accountHolders(accounts: readonly CustomerAccount[], labelOf: LabelOf): Holder[] {
  return sameNumber(accounts, ({ item }) => identifierOf(item, 'accountId')).map((same) => {
    const holder = joined(
      same.map(({ item }) => (item ? withIdentifier(item, 'accountId') : newHolder('CustomerAccount'))),
    )
    const customers = [...new Set(same.flatMap(({ customer }) => customer ?? []))]
    if (customers.length > 0) holder.parts.push(joined(customers.map((one) => canonicalItem(one))))
    holder.parts.push(...same.flatMap(({ statements }) => statements.map((one) => canonicalItem(one))))
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
  const [first = newHolder(''), ...others] = holders
  return others.reduce(joinedTwo, first)
}

function joinedTwo(a: Holder, b: Holder): Holder {
  const facts = b.facts.filter(({ text }) => !a.facts.some((known) => known.text === text))
  const kinds = new Set([...a.parts, ...b.parts].map(({ kind }) => kind))
  const parts = [...kinds].flatMap((kind) => {
    const isOf = (part: Holder): boolean => part.kind === kind
    return joinedParts(a.parts.filter(isOf), b.parts.filter(isOf))
  })
  return { kind: a.kind, facts: [...a.facts, ...facts], parts }
}

/** Parts of one kind: where both have one it is the same part, of several those that are equal. */
function joinedParts(a: readonly Holder[], b: readonly Holder[]): Holder[] {
  const [one, two] = [a[0], b[0]]
  if (one && two && a.length + b.length === 2) return [joinedTwo(one, two)]
  return [...a, ...b.filter((part) => !a.some((known) => isSame(known, part)))]
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
