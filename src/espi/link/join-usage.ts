import type { EspiFeed } from '../model.ts'
import type { ResolvedFeed, UsagePoint } from '../resolved.ts'
import { contradict } from './contradiction.ts'
import { joinReadings, unresolvedOf, unusedOf } from './join-readings.ts'
import { type Item, itemsOf, Kin, type Links, linksOf, unmergedItemsOf } from './kin.ts'
import { pathTo, usagePointKey } from './links.ts'

/** Usage points with their meter readings, reading types, blocks, time and summaries. */
export function joinUsage(
  feeds: readonly EspiFeed[],
  unresolved: ResolvedFeed['unresolved'],
): Pick<ResolvedFeed, 'usagePoints' | 'localTimes' | 'unused'> {
  const items = itemsOf(feeds, 'UsagePoint')
  const keys = usagePointKeys(items)
  const kin = new Kin(items, 'UsagePoint')
  const points = new Map<string, UsagePoint>()
  for (const item of items) addPoint(points, { key: keys.get(item) ?? '', item, links: item })

  /** The usage point something hangs on: an entry, or one that only a path names. */
  const pointOf = (links: Links): UsagePoint | undefined => {
    const parent = kin.parentOf(links)
    if (parent) return points.get(keys.get(parent) ?? '')
    const id = kin.idNamedBy(links)
    if (id === undefined) return undefined
    const known = points.get(id)
    const paths = [...links.self, ...links.up]
    const isOther = known?.path !== undefined && contradict(paths, [known.path])
    // Under another holder it is another usage point: its whole path names it.
    const key = isOther ? (pathTo('UsagePoint', paths) ?? id) : id
    return points.get(key) ?? addPoint(points, { key, item: undefined, links })
  }

  const readings = joinReadings(feeds)
  const unused = unusedOf(feeds, readings)
  for (const reading of readings) {
    const entry = reading.item?.entry ?? reading.blocks.at(0)?.entry
    const point = entry && pointOf(reading.item ?? linksOf(entry))
    if (point) point.meterReadings.push(reading)
    else unresolved.push(...unresolvedOf(reading))
  }
  const localTimes = itemsOf(feeds, 'LocalTimeParameters')
  for (const time of localTimes) {
    const parent = kin.parentOf(time)
    const point = parent && points.get(keys.get(parent) ?? '')
    if (point?.localTime) point.otherTimes.push(time)
    else if (point) point.localTime = time
  }
  // Real feeds give the summaries of several billing periods one and the same `self`.
  for (const summary of unmergedItemsOf(feeds, 'UsageSummary', 'ElectricPowerUsageSummary')) {
    const point = pointOf(summary)
    if (point) point.summaries.push(summary)
    else unresolved.push({ entry: summary.entry, name: summary.element.name })
  }
  for (const summary of unmergedItemsOf(feeds, 'ElectricPowerQualitySummary')) {
    const point = pointOf(summary)
    if (point) point.qualitySummaries.push(summary)
    else unresolved.push({ entry: summary.entry, name: summary.element.name })
  }
  joinMappings(feeds, { kin, keys, points }, unresolved)
  return { usagePoints: [...points.values()], localTimes, unused }
}

/**
 * ProgramIdMappings belong to every usage point that one of both links to the other, else to the one that links and paths tell. One that
 * nothing tells of, and that is alone, is of all usage points: codes are the custodian's, not a meter's.
 */
function joinMappings(
  feeds: readonly EspiFeed[],
  {
    kin,
    keys,
    points,
  }: { kin: Kin; keys: ReadonlyMap<Item, string>; points: ReadonlyMap<string, UsagePoint> },
  unresolved: ResolvedFeed['unresolved'],
): void {
  const mappings = itemsOf(feeds, 'ProgramIdMappings')
  for (const mapping of mappings) {
    const linked = [...keys.keys()].filter((point) => areLinked(point, mapping))
    const parents = linked.length > 0 ? linked : [kin.parentOf(mapping) ?? []].flat()
    const isOfAll = parents.length === 0 && mappings.length === 1 && kin.idNamedBy(mapping) === undefined
    const holders = isOfAll
      ? [...points.values()]
      : parents.flatMap((parent) => points.get(keys.get(parent) ?? '') ?? [])
    for (const point of holders) point.programMappings.push(mapping)
    if (holders.length === 0) unresolved.push({ entry: mapping.entry, name: 'ProgramIdMappings' })
  }
}

function areLinked(a: Links, b: Links): boolean {
  return a.related.some((href) => b.self.includes(href)) || b.related.some((href) => a.self.includes(href))
}

function addPoint(
  points: Map<string, UsagePoint>,
  { key, item, links }: { key: string; item: Item | undefined; links: Links },
): UsagePoint {
  const point: UsagePoint = {
    key,
    path: pathTo('UsagePoint', [...links.self, ...links.up, ...links.related]) ?? item?.self[0],
    item,
    localTime: undefined,
    otherTimes: [],
    meterReadings: [],
    summaries: [],
    qualitySummaries: [],
    programMappings: [],
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
