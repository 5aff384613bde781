import type { Entry, EspiFeed } from '../model.ts'
import type { MeterReading, ResolvedFeed } from '../resolved.ts'
import { BlockList } from './block-list.ts'
import { type Item, itemsOf, Kin, type Links, linksOf } from './kin.ts'

interface ListedReading extends MeterReading {
  blocks: BlockList
}

/** Meter readings with their reading types and blocks, whichever usage point they are of. */
export function joinReadings(feeds: readonly EspiFeed[]): MeterReading[] {
  const items = itemsOf(feeds, 'MeterReading')
  const types = itemsOf(feeds, 'ReadingType')
  const typeOf = readingTypeFinder(types)
  const readings = new Map<Item, ListedReading>()
  for (const item of items) readings.set(item, { item, readingType: typeOf(item), blocks: new BlockList() })
  const kin = new Kin(items, 'MeterReading')
  const orphans = new Map<string, ListedReading>()
  let place = 0
  for (const { entries, readings: rows } of feeds) {
    for (const entry of entries) {
      const own = blocksOf(entry)
      if (own.length === 0) continue
      const links = linksOf(entry)
      const parent = kin.parentOf(links)
      const { blocks } = (parent && readings.get(parent)) ?? orphanOf(orphans, links, typeOf)
      for (const payload of own) blocks.push(entry, payload, rows, place++)
    }
  }
  return [...readings.values(), ...orphans.values()]
}

/** Reading types that no meter reading has, and meter readings that have neither a type nor readings. */
export function unusedOf(
  feeds: readonly EspiFeed[],
  readings: readonly MeterReading[],
): ResolvedFeed['unused'] {
  const used = new Set(readings.map(({ readingType }) => readingType?.entry))
  const types = itemsOf(feeds, 'ReadingType').filter(({ entry }) => !used.has(entry))
  const bare = readings.filter(({ readingType, blocks }) => !readingType && blocks.length === 0)
  return [...types, ...bare.flatMap(({ item }) => item ?? [])].map(({ entry, element }) => ({
    entry,
    name: element.name,
  }))
}

/** A meter reading that did not come: blocks whose paths name the same one belong together. */
function orphanOf(
  orphans: Map<string, ListedReading>,
  links: Links,
  typeOf: (links: Links) => Item | undefined,
): ListedReading {
  const path = links.up[0] ?? links.self[0] ?? ''
  const key = path.split('/IntervalBlock', 1)[0] ?? path
  const known = orphans.get(key)
  if (known) return known
  const orphan = { item: undefined, readingType: typeOf(links), blocks: new BlockList() }
  orphans.set(key, orphan)
  return orphan
}

/** The reading type of a meter reading: linked either way, else the only one, unless the link names another. */
function readingTypeFinder(types: readonly Item[]): (links: Links) => Item | undefined {
  const named = new Kin(types, 'ReadingType')
  const byMeterReading = new Map<string, Item>()
  for (const type of types) for (const href of [...type.related, ...type.up]) byMeterReading.set(href, type)
  return (links) => {
    const linkedBack = links.self.map((self) => byMeterReading.get(self)).find((type) => type !== undefined)
    return linkedBack ?? named.parentOf({ self: [], up: [], related: links.related })
  }
}

/** Which payloads of an entry are blocks. */
function blocksOf({ payloads }: Entry): number[] {
  return payloads.flatMap(({ type }, at) => (type === 'intervalBlock' ? at : []))
}

/** A meter reading of nothing, and its blocks with it. */
export function unresolvedOf({ item, blocks }: MeterReading): ResolvedFeed['unresolved'] {
  const own = item ? [{ entry: item.entry, name: item.element.name }] : []
  return [
    ...own,
    ...Array.from(blocks, ({ entry, block }) => ({
      entry,
      name: block.name,
      count: Math.max(1, block.to - block.from),
    })),
  ]
}
