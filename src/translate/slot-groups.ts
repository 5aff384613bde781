import type { LocalCalendar } from '../shared/local-calendar.ts'
import type { Refusals } from './refusals.ts'
import { costOf, decimalOf, type Slot } from './slots.ts'
import type { Span } from './span.ts'

/** Slots of one usage point that share a segment: same kind of value, same interval, one grid, one local day. */
export interface SlotGroup {
  register: boolean
  interval: number
  /** Where the local day, hour, or single interval begins: part of the segment's identity. */
  anchor: number
  /** Seconds by which the grid is shifted against whole intervals since 1970. */
  phase: number
  slots: Slot[]
}

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/**
 * Slots become groups, one per segment to be: intervals up to a day by local day (shorter than a minute: by hour), and
 * anything longer alone (CDS-WG3-01 §10.8.1: varying durations get a segment each). A day is what a sync fetches and
 * replaces as a whole: a longer segment would be overwritten in pieces. A grid that is shifted, e.g. days behind a
 * change of daylight saving time, is another group.
 */
export function* groupSlots(
  slots: readonly Slot[],
  calendar: LocalCalendar,
  refusals: Refusals,
): Generator<SlotGroup> {
  for (const grid of gridsOf(slots)) {
    const ordered = withoutDuplicates(grid.sort(byTime), refusals)
    let group: SlotGroup | undefined
    let span: Span | undefined
    for (const slot of ordered) {
      if (!group || !span || slot.start >= span.end) {
        if (group) yield group
        span = spanOf(slot, calendar)
        group = newGroup(slot, span.start)
      }
      group.slots.push(slot)
    }
    if (group) yield group
  }
}

/** By kind of value, interval and phase, in a fixed order. */
function gridsOf(slots: readonly Slot[]): Slot[][] {
  const grids = new Map<string, Slot[]>()
  for (const slot of slots) {
    const { register } = slot.lane.stream.measurement
    const key = `${register ? 'r' : 'i'}|${slot.interval}|${phaseOf(slot)}`
    const grid = grids.get(key)
    if (grid) grid.push(slot)
    else grids.set(key, [slot])
  }
  return [...grids].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, grid]) => grid)
}

function phaseOf({ start, interval }: Slot): number {
  return interval > DAY ? 0 : start % interval
}

function spanOf(slot: Slot, calendar: LocalCalendar): Span {
  // Two readings of one second must not claim the places of a whole day between them.
  if (slot.interval < MINUTE) return hourOf(slot.start)
  if (slot.interval <= DAY) return calendar.dayOf(slot.start)
  return { start: slot.start, end: slot.start + 1 }
}

function hourOf(epoch: number): Span {
  const start = epoch - (epoch % HOUR)
  return { start, end: start + HOUR }
}

function newGroup(slot: Slot, anchor: number): SlotGroup {
  const { register } = slot.lane.stream.measurement
  return { register, interval: slot.interval, anchor, phase: phaseOf(slot), slots: [] }
}

function byTime(a: Slot, b: Slot): number {
  return (
    a.start - b.start ||
    compareText(a.lane.key, b.lane.key) ||
    updatedOf(a) - updatedOf(b) ||
    a.order - b.order
  )
}

function updatedOf({ origin }: Slot): number {
  return origin.block.entry.updated
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Of several slots for one place the last counts: later `updated`, then later in the document. */
function withoutDuplicates(ordered: readonly Slot[], refusals: Refusals): Slot[] {
  const kept: Slot[] = []
  for (const slot of ordered) {
    const before = kept.at(-1)
    if (before?.start !== slot.start || before.lane !== slot.lane) {
      kept.push(slot)
      continue
    }
    kept[kept.length - 1] = slot
    if (!sameReading(before, slot)) {
      refusals.add('duplicate_reading', before.origin.block.entry, 'IntervalReading.value')
    }
  }
  return kept
}

function sameReading(a: Slot, b: Slot): boolean {
  const [costA, costB] = [costOf(a), costOf(b)]
  const sameCost = costA && costB ? costA.equals(costB) : costA === costB
  return decimalOf(a).equals(decimalOf(b)) && sameCost
}
