import type { Span } from '../span.ts'
import type { Periods } from './periods.ts'
import type { SegmentKind } from './segment-kind.ts'
import type { Slots } from './slots.ts'

interface Cut {
  kind: SegmentKind
  interval: number
}

/** Slots by time that share a segment, and where its day, month, hour or single interval begins. */
export interface Piece {
  anchor: number
  month: boolean
  order: Int32Array
}

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** A month that would hold more values and nulls than this for each of its readings is cut into days. */
const PLACES_PER_READING = 100

/**
 * Whether each interval of a grid is a segment. CDS-WG3-01 §10.8.1 #usage-segment-format: varying durations get a segment each;
 * those longer than a day, and those of summaries, vary.
 */
export function isAlone({ kind, interval }: Cut): boolean {
  return kind === 'summary' || interval > DAY
}

/**
 * Slots of one grid, in order of time, are cut into segments to be: intervals up to a day by local day or month, shorter than
 * a minute by hour, since two readings of one second must not claim the places of a whole day between them, and anything
 * longer than a day, and any summary, alone. For the same reason a month with hardly any readings, or with hardly two of one kind, is cut into days.
 */
export function cutSlots(slots: Slots, order: Int32Array, grid: Cut, periods: Periods): Piece[] {
  const { interval } = grid
  if (isAlone(grid)) return cut(slots, order, (start) => ({ start, end: start + 1 }))
  if (interval < MINUTE) return cut(slots, order, hourOf)
  const pieces = cut(slots, order, periods.at)
  if (periods.length === 'day') return pieces
  return pieces.flatMap((piece) =>
    isSparse(slots, piece.order, interval) ? intoDays(slots, piece, periods) : { ...piece, month: true },
  )
}

function cut(slots: Slots, order: Int32Array, spanAt: (epoch: number) => Span): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  while (from < order.length) {
    const span = spanAt(slots.startOf(order[from] ?? 0))
    let to = from + 1
    while (to < order.length && slots.startOf(order[to] ?? 0) < span.end) to++
    pieces.push({ anchor: span.start, month: false, order: order.subarray(from, to) })
    from = to
  }
  return pieces
}

function intoDays(slots: Slots, { anchor, order }: Piece, { dayOf }: Periods): Piece[] {
  return cut(slots, order, (epoch) => {
    const { start, end } = dayOf(epoch)
    return { start: Math.max(start, anchor), end }
  })
}

function hourOf(epoch: number): Span {
  const start = epoch - (epoch % HOUR)
  return { start, end: start + HOUR }
}

function isSparse(slots: Slots, order: Int32Array, interval: number): boolean {
  const seconds = slots.startOf(order.at(-1) ?? 0) - slots.startOf(order[0] ?? 0)
  const places = (seconds / interval + 1) * seriesIn(slots, order)
  return places > PLACES_PER_READING * order.length
}

function seriesIn({ series }: Slots, order: Int32Array): number {
  const found = new Set<number>()
  let last = -1
  for (const slot of order) {
    const index = series[slot] ?? -1
    if (index !== last) found.add(index)
    last = index
  }
  return found.size
}
