import type { Item } from '../kin.ts'
import { normaliseHref } from '../links.ts'
import type { Entry, EspiFeed, Payload } from '../model.ts'
import type { ResolvedFeed } from '../resolved.ts'
import { canonicalItem } from './canonical-element.ts'
import { type Fact, type Holder, isEmpty } from './fact.ts'

/** Reading types that no meter reading names say nothing of a reading. */
const EXPLAINERS: ReadonlySet<string> = new Set(['ReadingType'])

/**
 * Payloads that the graph does not hold. An entry whose `self` another one has is an older state of that (the later `updated`
 * counts, then the later in the document).
 */
export function apartOf(feeds: readonly EspiFeed[], resolved: ResolvedFeed): Holder[] {
  const items = itemsIn(resolved)
  const held = new Set<object>([...items.map(({ element }) => element), ...blocksIn(resolved)])
  const selfs = new Set(items.flatMap(({ element, self }) => self.map((href) => `${element.name} ${href}`)))
  const isOlder = ({ self }: Entry, name: string): boolean =>
    self.some((href) => selfs.has(`${name} ${normaliseHref(href)}`))
  const payloads = feeds.flatMap(({ entries }) =>
    entries.flatMap((entry) => entry.payloads.map((payload) => ({ entry, payload }))),
  )
  return payloads
    .filter(({ payload }) => !held.has(payload.type === 'resource' ? payload.element : payload))
    .filter(({ entry, payload }) => !EXPLAINERS.has(payload.name) && !isOlder(entry, payload.name))
    .map(({ entry, payload }) => apartHolder(entry, payload))
    .filter((holder) => !isEmpty(holder))
}

function apartHolder(entry: Entry, payload: Payload): Holder {
  if (payload.type === 'resource') return canonicalItem({ element: payload.element, entry })
  const origins = [{ entry, path: [{ name: payload.name, id: payload }] }]
  const length = payload.to - payload.from
  const facts = Array.from({ length }, (): Fact => ({ text: 'reading of nothing known', origins }))
  return { kind: payload.name, facts, parts: [] }
}

function blocksIn({ usagePoints }: ResolvedFeed): object[] {
  return usagePoints.flatMap(({ meterReadings }) =>
    meterReadings.flatMap(({ blocks }) => blocks.map(({ block }) => block)),
  )
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
