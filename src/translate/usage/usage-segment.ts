import type { UsageSegment } from '../../cds/wire/usage-segment.ts'
import { epochToDatetime } from '../../shared/clock.ts'
import { Decimal } from '../../shared/decimal.ts'
import { distinct } from '../../shared/distinct.ts'
import type { Identify } from '../../shared/ids.ts'
import type { BillSectionsDuring } from '../bills/billed-days.ts'
import type { Placement } from '../customer/placement.ts'
import type { ProgramNames } from '../customer/program-names.ts'
import type { Refusals } from '../refusals.ts'
import type { Unstamped } from '../translated.ts'
import { toColumns } from './columns.ts'
import type { Periods } from './periods.ts'
import { groupSlots, type SlotGroup } from './slot-groups.ts'
import type { Slots } from './slots.ts'
import { toValueSets } from './value-sets.ts'
import type { ValueSource } from './value-source.ts'
import { ValueSetWriter } from './value-text.ts'

export interface SegmentContext {
  identify: Identify
  /** What one segment covers: local days or months. */
  periods: Periods
  /** Where the usage point hangs, for readings that begin at that time. */
  placementsAt(epoch: number): Placement[]
  /** Several customers have contracts for the usage point. */
  isOfSeveral: boolean
  billSectionsDuring: BillSectionsDuring
  programNames: ProgramNames
  refusals: Refusals
}

/** A usage segment without its values, which are the last member, and what they are made of. */
interface Draft {
  head: Omit<Unstamped<UsageSegment>, 'values'>
  values: ValueSource
}

/** The readings of one usage point become Usage Segments, CDS-WG3-01 §10.8.1 #usage-segment-format, one at a time. */
export function* toUsageSegments(
  stretches: Iterable<Slots>,
  context: SegmentContext,
): Generator<Unstamped<UsageSegment>> {
  for (const { head, values } of draftsOf(stretches, context)) yield { ...head, values: toValueSets(values) }
}

/**
 * The same as JSON text, `stamps` behind: exactly what JSON.stringify makes of the objects, without making an object of
 * every value.
 */
export function* toUsageSegmentTexts(
  stretches: Iterable<Slots>,
  context: SegmentContext,
  stamps: object,
): Generator<string> {
  const writer = new ValueSetWriter()
  const stampText = JSON.stringify(stamps)
  const tail = stampText === '{}' ? '}' : `,${stampText.slice(1)}`
  for (const { head, values } of draftsOf(stretches, context)) {
    yield `${JSON.stringify(head).slice(0, -1)},"values":${writer.write(values)}${tail}`
  }
}

function* draftsOf(stretches: Iterable<Slots>, context: SegmentContext): Generator<Draft> {
  const remembering = { ...context, identify: remembered(context.identify) }
  for (const slots of stretches) {
    for (const group of groupSlots(slots, context.periods, context.refusals))
      yield toDraft(group, remembering)
  }
}

function toDraft(group: SlotGroup, context: SegmentContext): Draft {
  const { slots, order, interval, kind } = group
  const start = slots.startOf(order[0] ?? 0)
  const end = slots.startOf(order.at(-1) ?? 0) + interval
  const placements = context.placementsAt(start)
  const servicePointId = placements[0]?.servicePointId ?? ''
  if (context.isOfSeveral && placements[0]?.customer === null) {
    const { entry } = slots.blockItemOf(order[0] ?? 0)
    context.refusals.add('contract_unclear', entry, 'IntervalBlock', epochToDatetime(start), order.length)
  }
  const meterDeviceIds = distinct(placements.flatMap((placement) => placement.meterDeviceIds))
  const columns = toColumns(group, {
    identify: (key) => context.identify('value_format', servicePointId, kind, key),
    meterDeviceIds,
    programNames: context.programNames,
    refusals: context.refusals,
  })
  const head = {
    cds_usagesegment_id: context.identify(
      'usage_segment',
      servicePointId,
      kind,
      String(interval),
      String(group.phase),
      String(group.anchor),
      ...(group.month ? ['month'] : []),
    ),
    related_aggregations: [],
    related_accounts: distinct(placements.flatMap(({ accountId }) => accountId ?? [])),
    related_servicecontracts: distinct(placements.flatMap(({ contractId }) => contractId ?? [])),
    related_servicepoints: distinct(placements.map(({ servicePointId }) => servicePointId)),
    related_meterdevices: meterDeviceIds,
    related_billsections: context.billSectionsDuring(placements, { start, end }),
    segment_start: epochToDatetime(start),
    segment_end: epochToDatetime(end),
    interval: new Decimal(BigInt(interval)),
    formats: columns.formats,
  }
  return { head, values: { group, columns, start, end } }
}

/** Every segment of a usage point asks for the same format ids: each is made once. */
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
