import { type BlockItem, type Item, itemsOf, Kin, linksOf, unmergedItemsOf } from './kin.ts'
import { usagePointKey } from './links.ts'
import type { EspiFeed } from './model.ts'
import type { MeterReading, ResolvedFeed, UsagePoint } from './resolved.ts'

type Links = Pick<Item, 'self' | 'up' | 'related'>

/** Usage points with their meter readings, reading types, blocks, time and summaries. */
export function joinUsage(feeds: readonly EspiFeed[], unresolved: ResolvedFeed['unresolved']): UsagePoint[] {
  const items = itemsOf(feeds, 'UsagePoint')
  const keys = usagePointKeys(items)
  const kin = new Kin(items, 'UsagePoint')
  const points = new Map<string, UsagePoint>()
  for (const item of items) addPoint(points, keys.get(item) ?? '', item)

  /** The usage point something hangs on: an entry, or one that only a path names. */
  const pointOf = (links: Links): UsagePoint | undefined => {
    const parent = kin.parentOf(links)
    const key = parent ? keys.get(parent) : kin.idNamedBy(links)
    return key === undefined ? undefined : (points.get(key) ?? addPoint(points, key, undefined))
  }

  for (const reading of joinReadings(feeds)) {
    const links = reading.item ?? reading.blocks[0]
    const point = links && pointOf(links)
    if (point) point.meterReadings.push(reading)
    else unresolved.push(...unresolvedOf(reading))
  }
  for (const time of itemsOf(feeds, 'LocalTimeParameters')) {
    const parent = kin.parentOf(time)
    const point = parent && points.get(keys.get(parent) ?? '')
    if (!point) unresolved.push({ entry: time.entry, name: time.element.name })
    else if (point.localTime) point.otherTimes.push(time)
    else point.localTime = time
  }
  // Real feeds give the summaries of several billing periods one and the same `self`.
  for (const summary of unmergedItemsOf(feeds, 'UsageSummary', 'ElectricPowerUsageSummary')) {
    const point = pointOf(summary)
    if (point) point.summaries.push(summary)
    else unresolved.push({ entry: summary.entry, name: summary.element.name })
  }
  return [...points.values()]
}

/** A meter reading of nothing, and its blocks with it. */
function unresolvedOf({ item, blocks }: MeterReading): ResolvedFeed['unresolved'] {
  const own = item ? [{ entry: item.entry, name: item.element.name }] : []
  return [
    ...own,
    ...blocks.map(({ entry, block }) => ({
      entry,
      name: block.name,
      count: Math.max(1, block.to - block.from),
    })),
  ]
}

function addPoint(points: Map<string, UsagePoint>, key: string, item: Item | undefined): UsagePoint {
  const point: UsagePoint = {
    key,
    item,
    localTime: undefined,
    otherTimes: [],
    meterReadings: [],
    summaries: [],
  }
  points.set(key, point)
  return point
}

/**
 * Two usage points of one feed may carry the same id under different customers (`User/1/UsagePoint/01`,
 * `User/2/UsagePoint/01`): then the whole path names them.
 */
function usagePointKeys(items: readonly Item[]): Map<Item, string> {
  const short = new Map(
    items.map((item) => [item, usagePointKey(item.self[0], item.entry.id ?? `entry ${item.entry.number}`)]),
  )
  const holders = Map.groupBy(items, (item) => short.get(item))
  return new Map(
    [...short].map(([item, key]) => {
      const shared = (holders.get(key)?.length ?? 0) > 1
      return [item, shared ? (item.self[0] ?? `${key} ${item.entry.number}`) : key]
    }),
  )
}

function joinReadings(feeds: readonly EspiFeed[]): MeterReading[] {
  const items = itemsOf(feeds, 'MeterReading')
  const types = itemsOf(feeds, 'ReadingType')
  const typeOf = readingTypeFinder(types)
  const readings = new Map<Item, MeterReading>()
  for (const item of items) readings.set(item, { item, readingType: typeOf(item), blocks: [] })
  const kin = new Kin(items, 'MeterReading')
  const orphans = new Map<string, MeterReading>()
  for (const block of blocksOf(feeds)) {
    const parent = kin.parentOf(block)
    const reading = parent && readings.get(parent)
    if (reading) reading.blocks.push(block)
    else addOrphan(orphans, block, typeOf)
  }
  return [...readings.values(), ...orphans.values()]
}

/** A block whose meter reading did not come: those whose paths name the same one belong together. */
function addOrphan(
  orphans: Map<string, MeterReading>,
  block: BlockItem,
  typeOf: (links: BlockItem) => Item | undefined,
): void {
  const path = block.up[0] ?? block.self[0] ?? ''
  const key = path.split('/IntervalBlock', 1)[0] ?? path
  const known = orphans.get(key)
  if (known) known.blocks.push(block)
  else orphans.set(key, { item: undefined, readingType: typeOf(block), blocks: [block] })
}

/** The reading type of a meter reading: linked either way, else the only one, unless the link names another. */
function readingTypeFinder(types: readonly Item[]): (links: Item | BlockItem) => Item | undefined {
  const named = new Kin(types, 'ReadingType')
  const byMeterReading = new Map<string, Item>()
  for (const type of types) for (const href of [...type.related, ...type.up]) byMeterReading.set(href, type)
  return (links) => {
    const linkedBack = links.self.map((self) => byMeterReading.get(self)).find((type) => type !== undefined)
    return linkedBack ?? named.parentOf({ self: [], up: [], related: links.related })
  }
}

function blocksOf(feeds: readonly EspiFeed[]): BlockItem[] {
  let place = 0
  return feeds.flatMap(({ entries, readings }) =>
    entries.flatMap((entry) => {
      const links = linksOf(entry)
      return entry.payloads.flatMap((payload) =>
        payload.type === 'intervalBlock'
          ? [{ entry, block: payload, readings, place: place++, ...links }]
          : [],
      )
    }),
  )
}
