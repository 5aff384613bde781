import type { Refusals } from '../refusals.ts'
import { cutSlots, isAlone } from './cut-slots.ts'
import type { Periods } from './periods.ts'
import { kindOf, type SegmentKind } from './segment-kind.ts'
import { inOrderOfTime } from './slot-order.ts'
import type { Slots } from './slots.ts'

/** Slots of one usage point that share a segment: same kind of value, same interval, one grid, one local day or month. */
export interface SlotGroup {
  kind: SegmentKind
  interval: number
  /** Where the local day or month, the hour, or the single interval begins: part of the segment's identity. */
  anchor: number
  /** It is a month, not the day that begins it. */
  month: boolean
  /** Seconds by which the grid is shifted against whole intervals since 1970. */
  phase: number
  slots: Slots
  /** The group's slots by time. */
  order: Int32Array
}

type Grid = Pick<SlotGroup, 'kind' | 'interval' | 'phase'>

/**
 * Slots become groups, one per segment to be, cut at local days or months (`cutSlots`). A grid that is shifted, e.g. days
 * behind a change of daylight saving time, is another group. They come in order of time, then kind, interval and phase.
 */
export function groupSlots(slots: Slots, periods: Periods, refusals: Refusals): SlotGroup[] {
  const groups: SlotGroup[] = []
  for (const { grid, order: whole } of gridsOf(slots, inOrderOfTime(slots))) {
    const order = withoutDuplicates(slots, whole, refusals)
    for (const piece of cutSlots(slots, order, grid, periods)) groups.push({ ...grid, slots, ...piece })
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
  const sameQuality = slots.seriesOf(a).quality === slots.seriesOf(b).quality
  return slots.valueOf(a).equals(slots.valueOf(b)) && sameCost && sameQuality
}
