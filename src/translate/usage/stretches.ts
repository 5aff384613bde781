import type { BlockItem } from '../../espi/link/kin.ts'
import type { Refusals } from '../refusals.ts'
import { LAST_SECOND, type Span } from '../span.ts'
import type { Window } from '../translated.ts'
import type { Periods } from './periods.ts'
import { Slots } from './slots.ts'
import type { Source } from './sources.ts'

const HOUR = 3600

interface PlacedBlock {
  item: BlockItem
  source: Source
  first: number
  last: number
}

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
  for (const block of placedBlocks(sources)) {
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

/** The blocks of all sources in order of time, then undefined. There may be a million: until its turn comes, a block is a few numbers. */
function* placedBlocks(sources: readonly Source[]): Generator<PlacedBlock | undefined> {
  const items = sources.length === 1 ? (sources[0]?.blocks ?? []) : sources.flatMap(({ blocks }) => blocks)
  const firsts = new Float64Array(items.length)
  const lasts = new Float64Array(items.length)
  items.forEach((item, at) => {
    const { first, last } = boundsOf(item)
    firsts[at] = first
    lasts[at] = last
  })
  const sourceOf = sourceIndexes(sources, items.length)
  for (const at of inOrder(items, firsts)) {
    const [item, source] = [items[at], sources[sourceOf[at] ?? -1]]
    if (item && source) yield { item, source, first: firsts[at] ?? 0, last: lasts[at] ?? 0 }
  }
  yield undefined
}

/** For each block of all sources, which one it is of. */
function sourceIndexes(sources: readonly Source[], count: number): Uint32Array {
  const indexes = new Uint32Array(count)
  let from = 0
  for (const [index, { blocks }] of sources.entries()) {
    indexes.fill(index, from, from + blocks.length)
    from += blocks.length
  }
  return indexes
}

/** By their first reading, then as in the document. Most feeds tell them so. */
function inOrder(items: readonly BlockItem[], firsts: Float64Array): Uint32Array {
  const order = new Uint32Array(items.length).map((_, at) => at)
  const compare = (a: number, b: number): number =>
    (firsts[a] ?? 0) - (firsts[b] ?? 0) || (items[a]?.place ?? 0) - (items[b]?.place ?? 0)
  const isSorted = order.every((at) => at === 0 || compare(at - 1, at) <= 0)
  return isSorted ? order : order.sort(compare)
}

/** First and last start of a block's readings. Where one has no time of its own, the block may reach anywhere. */
function boundsOf({ block, readings }: BlockItem): { first: number; last: number } {
  const { from, to } = block
  let first = LAST_SECOND
  let last = 0
  for (let row = from; row < to; row++) {
    const start = readings.start(row)
    if (start < 0) return { first: 0, last: LAST_SECOND }
    if (start < first) first = start
    if (start > last) last = start
  }
  return { first, last: Math.min(last, LAST_SECOND) }
}
