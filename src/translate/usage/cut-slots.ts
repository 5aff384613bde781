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
const DAY = 86_400

/** A segment that would hold more values and nulls than this for each of its readings is cut into shorter ones. */
const PLACES_PER_READING = 100
/** A day or an hour of fewer stays whole, however empty. */
const PLACES_OF_A_DAY = 20_000

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
 * longer than a day, and any summary, alone. For the same reason a month with hardly any readings, or with hardly two of one kind,
 * is cut into days, and where a feed is made so that even days would be large and empty, these into hours, and hours into single
 * readings.
 */
export function cutSlots(slots: Slots, order: Int32Array, grid: Cut, periods: Periods): Piece[] {
  const { interval } = grid
  if (isAlone(grid)) return cut(slots, order, secondOf)
  if (interval < MINUTE) return withoutLargeHours(slots, cut(slots, order, periods.hourOf), interval)
  const pieces = cut(slots, order, periods.at)
  if (periods.length === 'day') return withoutLargeDays(slots, pieces, { interval, periods })
  return pieces.flatMap((piece) =>
    placesPerReading(slots, piece.order, interval) > PLACES_PER_READING
      ? withoutLargeDays(slots, intoDays(slots, piece, periods), { interval, periods })
      : { ...piece, month: true },
  )
}

function withoutLargeDays(
  slots: Slots,
  days: readonly Piece[],
  { interval, periods }: { interval: number; periods: Periods },
): Piece[] {
  return days.flatMap((day) =>
    isLargeAndEmpty(slots, day.order, interval)
      ? withoutLargeHours(slots, cut(slots, day.order, periods.hourOf), interval)
      : day,
  )
}

function withoutLargeHours(slots: Slots, hours: readonly Piece[], interval: number): Piece[] {
  return hours.flatMap((hour) =>
    isLargeAndEmpty(slots, hour.order, interval) ? cut(slots, hour.order, secondOf) : hour,
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

function secondOf(start: number): Span {
  return { start, end: start + 1 }
}

function isLargeAndEmpty(slots: Slots, order: Int32Array, interval: number): boolean {
  const places = placesPerReading(slots, order, interval)
  return places > PLACES_PER_READING && places * order.length > PLACES_OF_A_DAY
}

/** Values and nulls that a segment would hold for each of its readings. */
function placesPerReading(slots: Slots, order: Int32Array, interval: number): number {
  const seconds = slots.startOf(order.at(-1) ?? 0) - slots.startOf(order[0] ?? 0)
  return ((seconds / interval + 1) * seriesIn(slots, order)) / order.length
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
