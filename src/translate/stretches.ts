import type { BlockItem } from '../espi/kin.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import type { Refusals } from './refusals.ts'
import { Slots } from './slots.ts'
import type { Source } from './sources.ts'
import { LAST_SECOND } from './span.ts'
import type { Window } from './translated.ts'

const HOUR = 3600

interface PlacedBlock {
  item: BlockItem
  source: Source
  first: number
  last: number
  order: number
}

export interface StretchContext {
  calendar: LocalCalendar
  window: Window | undefined
  refusals: Refusals
}

/**
 * The readings of one usage point in pieces, by time: blocks that share a local day come together, so that no segment needs
 * readings of two pieces, and only one piece is in memory besides the feed's columns: it is gone when the next is taken.
 */
export function* stretchesOf(sources: readonly Source[], context: StretchContext): Generator<Slots> {
  const slots = new Slots()
  let stretch: PlacedBlock[] = []
  let end = Number.NEGATIVE_INFINITY
  for (const block of placedBlocks(sources)) {
    if (block.first >= end && stretch.length > 0) {
      yield fill(slots, stretch, context)
      stretch = []
    }
    stretch.push(block)
    if (block.last >= end) end = endOfDay(block.last, context.calendar)
  }
  if (stretch.length > 0) yield fill(slots, stretch, context)
}

/** Where a local day ends, or the hour in which it does: readings of less than a minute are kept by the hour. */
function endOfDay(epoch: number, calendar: LocalCalendar): number {
  return Math.ceil(calendar.dayOf(epoch).end / HOUR) * HOUR
}

/** Later `updated` wins, then document order (XSD: the entry replaces what came before): the last slot of a place counts. */
function fill(slots: Slots, stretch: PlacedBlock[], { window, refusals }: StretchContext): Slots {
  slots.clear(stretch.reduce((sum, { item: { block } }) => sum + block.to - block.from, 0))
  stretch.sort((a, b) => a.item.entry.updated - b.item.entry.updated || a.order - b.order)
  for (const { item, source } of stretch) slots.addBlock(item, source, window, refusals)
  return slots
}

function placedBlocks(sources: readonly Source[]): PlacedBlock[] {
  const blocks = sources.flatMap((source) =>
    source.blocks.map((item) => ({ item, source, ...boundsOf(item), order: item.place })),
  )
  return blocks.sort((a, b) => a.first - b.first || a.order - b.order)
}

/** First and last start of a block's readings. Where one has no time of its own, the block may reach anywhere. */
function boundsOf({ block, readings }: BlockItem): { first: number; last: number } {
  let first = LAST_SECOND
  let last = 0
  for (let row = block.from; row < block.to; row++) {
    const start = readings.start(row)
    if (start < 0) return { first: 0, last: LAST_SECOND }
    if (start < first) first = start
    if (start > last) last = start
  }
  return { first, last: Math.min(last, LAST_SECOND) }
}
