import type { Item } from '../link/kin.ts'
import { normaliseHref } from '../link/links.ts'
import type { Entry, EspiFeed, Payload } from '../model.ts'
import type { Readings } from '../readings.ts'
import type { ResolvedFeed } from '../resolved.ts'
import { resourceNames } from '../resources.ts'
import { canonicalItem } from './canonical-element.ts'
import { type Fact, type Holder, isEmpty } from './fact.ts'

/**
 * Reading types that no meter reading names say nothing of a reading, and local times that no usage point names describe the utility's
 * zone, which is known without them.
 */
const EXPLAINERS = resourceNames(({ explains }) => explains !== undefined)

/**
 * Payloads that the graph does not hold. An entry whose `self` another one has is an older state of that (the later `updated`
 * counts, then the later in the document).
 */
export function apartOf(feeds: readonly EspiFeed[], resolved: ResolvedFeed): Holder[] {
  const items = itemsIn(resolved)
  const held = new Set<object>(items.map(({ element }) => element))
  const blocks = blocksIn(resolved)
  const seconds = new Set<object>(
    resolved.usagePoints.flatMap(({ otherTimes }) => otherTimes.map(({ element }) => element)),
  )
  const selfs = new Set(items.flatMap(({ element, self }) => self.map((href) => `${element.name} ${href}`)))
  const isOlder = ({ self }: Entry, name: string): boolean =>
    self.some((href) => selfs.has(`${name} ${normaliseHref(href)}`))
  const payloads = feeds.flatMap(({ entries, readings }) =>
    entries.flatMap((entry) => entry.payloads.map((payload) => ({ entry, payload, readings }))),
  )
  return payloads
    .filter(({ payload, readings }) =>
      payload.type === 'resource' ? !held.has(payload.element) : !blocks.get(readings)?.has(payload.from),
    )
    .filter(({ payload }) => !EXPLAINERS.has(payload.name) || isSecond(payload, seconds))
    .filter(({ entry, payload }) => !isOlder(entry, payload.name))
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

function isSecond(payload: Payload, seconds: ReadonlySet<object>): boolean {
  return payload.type === 'resource' && seconds.has(payload.element)
}

/** Where the blocks of the graph begin: the objects of most are made anew each time they are asked for. */
function blocksIn({ usagePoints }: ResolvedFeed): Map<Readings, Set<number>> {
  const begins = new Map<Readings, Set<number>>()
  for (const { blocks } of usagePoints.flatMap(({ meterReadings }) => meterReadings)) {
    for (const { block, readings } of blocks) {
      const known = begins.get(readings) ?? new Set()
      begins.set(readings, known.add(block.from))
    }
  }
  return begins
}

function itemsIn({ usagePoints, accounts }: ResolvedFeed): Item[] {
  const ofPoints = usagePoints.flatMap((point) => [
    point.item,
    point.localTime,
    ...point.programMappings,
    ...point.meterReadings.flatMap((one) => [one.item, one.readingType]),
    ...point.summaries,
    ...point.qualitySummaries,
  ])
  const ofAccounts = accounts.flatMap(({ item, customer, agreements, statements }) => [
    item,
    customer,
    ...statements,
    ...agreements.flatMap((agreement) => [
      agreement.item,
      ...agreement.suppliers,
      ...agreement.programDates,
      ...agreement.serviceLocations.flatMap((location) => [location.item, ...location.meters]),
    ]),
  ])
  return [...ofPoints, ...ofAccounts].filter((item) => item !== undefined)
}
