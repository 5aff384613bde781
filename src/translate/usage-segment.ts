import type { UsageSegment, ValueSet } from '../cds/wire/usage-segment.ts'
import { epochToDatetime } from '../shared/clock.ts'
import { Decimal } from '../shared/decimal.ts'
import type { Identify } from '../shared/ids.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import type { Placement } from './placement.ts'
import type { Refusals } from './refusals.ts'
import { groupSlots, type SlotGroup } from './slot-groups.ts'
import type { Slot } from './slots.ts'
import type { Unstamped } from './translated.ts'
import { toColumns, toCostObject, toValueObject } from './value-formats.ts'

export interface SegmentContext {
  identify: Identify
  calendar: LocalCalendar
  /** Where the usage point hangs, for readings that begin at that time. */
  placementsAt(epoch: number): Placement[]
  refusals: Refusals
}

/** The readings of one usage point become Usage Segments, CDS-WG3-01 §10.8.1 #usage-segment-format, one at a time. */
export function* toUsageSegments(
  slots: readonly Slot[],
  context: SegmentContext,
): Generator<Unstamped<UsageSegment>> {
  const identify = remembered(context.identify)
  for (const group of groupSlots(slots, context.calendar, context.refusals)) {
    yield toUsageSegment(group, { ...context, identify })
  }
}

function toUsageSegment(group: SlotGroup, context: SegmentContext): Unstamped<UsageSegment> {
  const { slots, interval } = group
  const start = slots[0]?.start ?? group.anchor
  const end = (slots.at(-1)?.start ?? start) + interval
  const placements = context.placementsAt(start)
  const servicePointId = placements[0]?.servicePointId ?? ''
  const meterDeviceIds = distinct(placements.flatMap((placement) => placement.meterDeviceIds))
  const kind = group.register ? 'register' : 'interval'
  const columns = toColumns(slots, {
    identify: (key) => context.identify('value_format', servicePointId, kind, key),
    meterDeviceIds,
    refusals: context.refusals,
  })
  return {
    cds_usagesegment_id: context.identify(
      'usage_segment',
      servicePointId,
      kind,
      String(interval),
      String(group.phase),
      String(group.anchor),
    ),
    related_aggregations: [],
    related_accounts: distinct(placements.flatMap(({ accountId }) => accountId ?? [])),
    related_servicecontracts: distinct(placements.flatMap(({ contractId }) => contractId ?? [])),
    related_servicepoints: distinct(placements.map(({ servicePointId }) => servicePointId)),
    related_meterdevices: meterDeviceIds,
    related_billsections: [],
    segment_start: epochToDatetime(start),
    segment_end: epochToDatetime(end),
    interval: new Decimal(BigInt(interval)),
    formats: columns.formats,
    values: toValueSets(slots, { start, end, interval }, columns),
  }
}

/** One value set per interval from start to end; a missing value holds its place with null (§10.8.3). */
function toValueSets(
  slots: readonly Slot[],
  { start, end, interval }: { start: number; end: number; interval: number },
  columns: ReturnType<typeof toColumns>,
): ValueSet[] {
  const width = columns.formats.length
  const sets = Array.from({ length: (end - start) / interval }, (): ValueSet => new Array(width).fill(null))
  for (const slot of slots) {
    const set = sets[(slot.start - start) / interval]
    if (!set) throw new Error('a reading fell out of its own grid')
    set[columns.columnOf(slot)] = toValueObject(slot)
    const cost = columns.costColumnOf(slot)
    if (cost !== undefined) set[cost] = toCostObject(slot)
  }
  return sets
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}

/** Every day of a usage point asks for the same format ids: each is made once. */
function remembered(identify: Identify): Identify {
  const known = new Map<string, string>()
  return (kind, ...naturalKey) => {
    if (kind !== 'value_format') return identify(kind, ...naturalKey)
    const key = naturalKey.join('\n')
    const id = known.get(key) ?? identify(kind, ...naturalKey)
    known.set(key, id)
    return id
  }
}
