import type { EspiFeed } from '../model.ts'
import type { MeterReading, ResolvedFeed } from '../resolved.ts'
import { type BlockItem, type Item, itemsOf, Kin, type Links, linksOf } from './kin.ts'

/** Meter readings with their reading types and blocks, whichever usage point they are of. */
export function joinReadings(feeds: readonly EspiFeed[]): MeterReading[] {
  const items = itemsOf(feeds, 'MeterReading')
  const types = itemsOf(feeds, 'ReadingType')
  const typeOf = readingTypeFinder(types)
  const readings = new Map<Item, MeterReading>()
  for (const item of items) readings.set(item, { item, readingType: typeOf(item), blocks: [] })
  const kin = new Kin(items, 'MeterReading')
  const orphans = new Map<string, MeterReading>()
  for (const block of blocksOf(feeds)) {
    const links = linksOf(block.entry)
    const parent = kin.parentOf(links)
    const reading = parent && readings.get(parent)
    if (reading) reading.blocks.push(block)
    else addOrphan(orphans, block, links, typeOf)
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

/** A block whose meter reading did not come: those whose paths name the same one belong together. */
function addOrphan(
  orphans: Map<string, MeterReading>,
  block: BlockItem,
  links: Links,
  typeOf: (links: Links) => Item | undefined,
): void {
  const path = links.up[0] ?? links.self[0] ?? ''
  const key = path.split('/IntervalBlock', 1)[0] ?? path
  const known = orphans.get(key)
  if (known) known.blocks.push(block)
  else orphans.set(key, { item: undefined, readingType: typeOf(links), blocks: [block] })
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

function* blocksOf(feeds: readonly EspiFeed[]): Generator<BlockItem> {
  let place = 0
  for (const { entries, readings } of feeds) {
    for (const entry of entries) {
      for (const payload of entry.payloads) {
        if (payload.type === 'intervalBlock') yield { entry, block: payload, readings, place: place++ }
      }
    }
  }
}

/** A meter reading of nothing, and its blocks with it. */
export function unresolvedOf({ item, blocks }: MeterReading): ResolvedFeed['unresolved'] {
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
