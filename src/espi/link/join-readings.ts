import type { Entry, EspiFeed, IntervalBlock } from '../model.ts'
import type { Readings } from '../readings.ts'
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
  for (const [entry, blocks] of blocksByEntry(feeds)) {
    const links = linksOf(entry)
    const parent = kin.parentOf(links)
    const reading = parent && readings.get(parent)
    const { blocks: all } = reading ?? orphanOf(orphans, links, typeOf)
    for (const block of blocks) all.push(block)
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
  orphans: Map<string, MeterReading>,
  links: Links,
  typeOf: (links: Links) => Item | undefined,
): MeterReading {
  const path = links.up[0] ?? links.self[0] ?? ''
  const key = path.split('/IntervalBlock', 1)[0] ?? path
  const known = orphans.get(key)
  if (known) return known
  const orphan = { item: undefined, readingType: typeOf(links), blocks: [] }
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

function* blocksByEntry(feeds: readonly EspiFeed[]): Generator<[Entry, BlockItem[]]> {
  let place = 0
  for (const { entries, readings } of feeds) {
    for (const entry of entries) {
      const blocks: BlockItem[] = []
      for (const [at, { type }] of entry.payloads.entries()) {
        if (type === 'intervalBlock') blocks.push(new KeptBlock(entry, at, readings, place++))
      }
      if (blocks.length > 0) yield [entry, blocks]
    }
  }
}

/** A packed entry makes its block anew when it is asked for: kept here, a million blocks would take 40 MB more. */
class KeptBlock implements BlockItem {
  readonly entry: Entry
  private readonly at: number
  readonly readings: Readings
  readonly place: number

  constructor(entry: Entry, at: number, readings: Readings, place: number) {
    this.entry = entry
    this.at = at
    this.readings = readings
    this.place = place
  }

  get block(): IntervalBlock {
    const payload = this.entry.payloads[this.at]
    if (payload?.type !== 'intervalBlock') throw new Error('a block that is none')
    return payload
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
