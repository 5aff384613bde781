import type { Refusals } from '../refusals.ts'
import type { Span } from '../span.ts'
import type { Window } from '../translated.ts'
import type { Periods } from './periods.ts'
import { type PlacedBlock, placedBlocks } from './placed-blocks.ts'
import { Slots } from './slots.ts'
import type { Source } from './sources.ts'

const HOUR = 3600

export interface StretchContext {
  periods: Periods
  window: Window | undefined
  refusals: Refusals
}

/**
 * The readings of one usage point in pieces, by time, cut where days, or months, end, so that no segment needs readings of two pieces, and
 * only one piece is in memory besides the feed's columns: it is gone when the next is taken. A piece reaches as far as its
 * first block does; of the blocks that reach further, the next piece takes the rest, and ends with the last of them.
 */
export function* stretchesOf(sources: readonly Source[], context: StretchContext): Generator<Slots> {
  const { periods } = context
  const slots = new Slots()
  let blocks: PlacedBlock[] = []
  let span: Span = { start: 0, end: 0 }
  for (const block of withEnd(placedBlocks(sources))) {
    while (blocks.length > 0 && !(block && block.first < span.end)) {
      yield fill(slots, blocks, span, context)
      blocks = blocks.filter(({ last }) => last >= span.end)
      span = { start: span.end, end: endOfPeriod(latest(blocks, span.end), periods) }
    }
    if (!block) return
    blocks.push(block)
    // Where days do not begin with an hour, only a time that no block reaches beyond is good for both.
    const mayCut = blocks.length > 1 && periods.at(span.end).start === span.end
    if (!mayCut) span = { ...span, end: Math.max(span.end, endOfPeriod(block.last, periods)) }
  }
}

function latest(blocks: readonly PlacedBlock[], least: number): number {
  return blocks.reduce((latest, { last }) => Math.max(latest, last), least)
}

/** Where a period ends, or the hour in which it does: readings of less than a minute are kept by the hour. */
function endOfPeriod(epoch: number, periods: Periods): number {
  return Math.ceil(periods.at(epoch).end / HOUR) * HOUR
}

/** Later `updated` wins, then document order (XSD: the entry replaces what came before): the last slot of a place counts. */
function fill(slots: Slots, stretch: PlacedBlock[], span: Span, { window, refusals }: StretchContext): Slots {
  slots.clear(stretch.reduce((sum, { item: { block } }) => sum + block.to - block.from, 0))
  stretch.sort((a, b) => a.item.entry.updated - b.item.entry.updated || a.item.place - b.item.place)
  for (const { item, source } of stretch) slots.addBlock(item, source, { span, window, refusals })
  return slots
}

/** All, then undefined. */
function* withEnd<T>(all: Iterable<T>): Generator<T | undefined> {
  yield* all
  yield undefined
}
