import type { LocalCalendar } from '../shared/local-calendar.ts'
import type { Measurement } from './measurement.ts'
import type { Refusals } from './refusals.ts'
import { inOrderOfTime } from './slot-order.ts'
import type { Slots } from './slots.ts'
import type { Span } from './span.ts'

/** What a segment holds, which is part of its identity: values of intervals, states of registers, or one summary of a stretch of time. */
export type SegmentKind = 'interval' | 'register' | 'summary'

/** Slots of one usage point that share a segment: same kind of value, same interval, one grid, one local day. */
export interface SlotGroup {
  kind: SegmentKind
  interval: number
  /** Where the local day, hour, or single interval begins: part of the segment's identity. */
  anchor: number
  /** Seconds by which the grid is shifted against whole intervals since 1970. */
  phase: number
  slots: Slots
  /** The group's slots by time. */
  order: Int32Array
}

type Grid = Pick<SlotGroup, 'kind' | 'interval' | 'phase'>

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/**
 * Slots become groups, one per segment to be: intervals up to a day by local day (shorter than a minute: by hour), and
 * anything longer, and any summary, alone (CDS-WG3-01 §10.8.1: varying durations get a segment each). A day is what a sync fetches and
 * replaces as a whole: a longer segment would be overwritten in pieces. A grid that is shifted, e.g. days behind a
 * change of daylight saving time, is another group. They come in order of time, then kind, interval and phase.
 */
export function groupSlots(slots: Slots, calendar: LocalCalendar, refusals: Refusals): SlotGroup[] {
  const groups: SlotGroup[] = []
  for (const { grid, order: whole } of gridsOf(slots, inOrderOfTime(slots))) {
    const order = withoutDuplicates(slots, whole, refusals)
    let from = 0
    while (from < order.length) {
      const span = spanOf(slots.startOf(order[from] ?? 0), grid, calendar)
      let to = from + 1
      while (to < order.length && slots.startOf(order[to] ?? 0) < span.end) to++
      groups.push({ ...grid, anchor: span.start, slots, order: order.subarray(from, to) })
      from = to
    }
  }
  return groups.sort((a, b) => a.anchor - b.anchor)
}

/** By kind of value, interval and phase, in a fixed order; within each, the order stays. */
function gridsOf(slots: Slots, order: Int32Array): { grid: Grid; order: Int32Array }[] {
  const { grids, gridOf } = assignGrids(slots, order)
  if (grids.length === 1) return grids.map((grid) => ({ grid, order }))
  const members = grids.map((): number[] => [])
  for (let at = 0; at < order.length; at++) members[gridOf[at] ?? -1]?.push(order[at] ?? 0)
  return grids
    .map((grid, index) => ({ grid, key: keyOf(grid), order: Int32Array.from(members[index] ?? []) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** The grids there are, and for each place in the order, which one its slot belongs to. */
function assignGrids(slots: Slots, order: Int32Array): { grids: Grid[]; gridOf: Int32Array } {
  const grids: Grid[] = []
  const indexes = new Map<string, number>()
  const gridOf = new Int32Array(order.length)
  let last = -1
  for (let at = 0; at < order.length; at++) {
    const slot = order[at] ?? 0
    if (last < 0 || !isNext(slots, order[at - 1] ?? 0, slot)) {
      const grid = gridOfSlot(slots, slot)
      const key = keyOf(grid)
      last = indexes.get(key) ?? grids.push(grid) - 1
      indexes.set(key, last)
    }
    gridOf[at] = last
  }
  return { grids, gridOf }
}

function keyOf({ kind, interval, phase }: Grid): string {
  return `${kind}|${interval}|${phase}`
}

/** Whether a slot is of the same series and interval as the one before and follows it at once: then the grid is the same. */
function isNext(slots: Slots, before: number, slot: number): boolean {
  const interval = slots.intervals[slot] ?? 0
  return (
    slots.series[slot] === slots.series[before] &&
    slots.intervals[before] === interval &&
    slots.starts[slot] === (slots.starts[before] ?? 0) + interval
  )
}

function gridOfSlot(slots: Slots, slot: number): Grid {
  const interval = slots.intervalOf(slot)
  const kind = kindOf(slots.seriesOf(slot).lane.stream.measurement)
  const phase = isAlone({ kind, interval }) ? 0 : slots.startOf(slot) % interval
  return { kind, interval, phase }
}

function kindOf({ register, type }: Measurement): SegmentKind {
  if (register) return 'register'
  return type === 'espi_power_quality' ? 'summary' : 'interval'
}

/** Whether each interval of a grid is a segment. */
function isAlone({ kind, interval }: Pick<Grid, 'kind' | 'interval'>): boolean {
  return kind === 'summary' || interval > DAY
}

function spanOf(start: number, grid: Grid, calendar: LocalCalendar): Span {
  const { interval } = grid
  if (isAlone(grid)) return { start, end: start + 1 }
  // Two readings of one second must not claim the places of a whole day between them.
  if (interval < MINUTE) return hourOf(start)
  return calendar.dayOf(start)
}

function hourOf(epoch: number): Span {
  const start = epoch - (epoch % HOUR)
  return { start, end: start + HOUR }
}

/** Of several slots for one place the last counts: later `updated`, then later in the document. */
function withoutDuplicates(slots: Slots, order: Int32Array, refusals: Refusals): Int32Array {
  let kept = 0
  for (let at = 1; at < order.length; at++) {
    const [before, slot] = [order[kept] ?? 0, order[at] ?? 0]
    if (isSamePlace(slots, before, slot)) {
      if (!sameReading(slots, before, slot)) {
        refusals.add('duplicate_reading', slots.blockItemOf(before).entry, 'IntervalReading.value')
      }
    } else kept++
    order[kept] = slot
  }
  return order.subarray(0, kept + 1)
}

function isSamePlace(slots: Slots, a: number, b: number): boolean {
  return slots.starts[a] === slots.starts[b] && slots.seriesOf(a).lane === slots.seriesOf(b).lane
}

function sameReading(slots: Slots, a: number, b: number): boolean {
  const [costA, costB] = [slots.costOf(a), slots.costOf(b)]
  const sameCost = costA && costB ? costA.equals(costB) : costA === costB
  return slots.valueOf(a).equals(slots.valueOf(b)) && sameCost
}
