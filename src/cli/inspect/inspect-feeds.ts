import type { Entry, EspiFeed } from '../../espi/model.ts'
import { resolveLinks } from '../../espi/resolve-links.ts'
import type { ResolvedFeed } from '../../espi/resolved.ts'
import { findEntryQuirks } from './entry-quirks.ts'
import type { Inspection } from './inspection.ts'
import type { Quirks } from './quirks.ts'
import { findReadingQuirks } from './reading-quirks.ts'
import { toApart, toTree } from './tree.ts'

export interface NamedFeed {
  file: string
  feed: EspiFeed
}

/** Feeds that belong together become what `inspect` shows. `now` is in epoch seconds; `quirks` may hold some already. */
export function inspectFeeds(named: readonly NamedFeed[], now: number, quirks: Quirks): Inspection {
  const feeds = named.map(({ feed }) => feed)
  const resolved = resolveLinks(feeds)
  for (const feed of feeds) {
    findEntryQuirks(feed, quirks)
    findReadingQuirks(feed, now, quirks)
  }
  findJoinQuirks(resolved, quirks)
  const fileOf = fileFinder(named)
  return {
    files: named.map(({ file, feed: { bytes, entries, readings, self } }) => ({
      file,
      bytes,
      entries: entries.length,
      readings: readings.length,
      ...(self !== undefined && { self }),
    })),
    payloads: countPayloads(feeds),
    tree: toTree(resolved, fileOf),
    apart: toApart(resolved, fileOf),
    quirks: quirks.toList(),
  }
}

/** Reading types and parents that are missing or in doubt: the reasons why readings are refused. */
function findJoinQuirks({ usagePoints, unresolved }: ResolvedFeed, quirks: Quirks): void {
  for (const { entry } of unresolved)
    quirks.add('not_joined', 'Nothing tells what an entry belongs to.', entry)
  for (const { item, meterReadings } of usagePoints) {
    if (!item) quirks.add('usage_point_missing', 'A usage point is only named in paths.')
    for (const { item: reading, readingType, blocks } of meterReadings) {
      const entry = reading?.entry ?? blocks.at(0)?.entry
      if (!reading) quirks.add('meter_reading_missing', 'Blocks stand without their MeterReading.', entry)
      if (!readingType) quirks.add('reading_type_missing', 'A MeterReading has no ReadingType.', entry)
      else if (readingType.rivals.length > 0) {
        quirks.add('ambiguous_reading_type', 'ReadingTypes with one self link disagree.', readingType.entry)
      }
    }
  }
}

function countPayloads(feeds: readonly EspiFeed[]): Record<string, number> {
  const names = feeds.flatMap(({ entries }) =>
    entries.flatMap(({ payloads }) => payloads.map(({ name }) => name)),
  )
  return Object.fromEntries(
    [...Map.groupBy(names.sort(), (name) => name)].map(([name, all]) => [name, all.length]),
  )
}

/** Entries are named by their file where there are several. */
function fileFinder(named: readonly NamedFeed[]): (entry: Entry) => string | undefined {
  if (named.length < 2) return () => undefined
  const files = new Map(
    named.flatMap(({ file, feed }) => feed.entries.map((entry) => [entry, file] as const)),
  )
  return (entry) => files.get(entry)
}
