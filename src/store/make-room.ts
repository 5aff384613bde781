import { sql, type Transaction } from 'kysely'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { WindowChange } from '../sync/stores.ts'
import type { Unstamped } from '../translate/translated.ts'
import { type NewSegment, type Rest, restId, restOfSegment, type StoredSegment } from './rest-of-segment.ts'
import type { Tables } from './schema.ts'

type Trx = Transaction<Tables>

/** Segments that can tell the same: those of one service point, one interval length and one phase of the grid. */
type Grids = ReadonlyMap<string, readonly NewSegment[]>

const DAY_SECONDS = 86_400
/** No segment of intervals up to a day is longer: 31 days, an hour, and the interval that reaches out of the month. */
const LONGEST_MS = 33 * DAY_SECONDS * 1000

/**
 * Takes out of stored segments what a window's new ones tell: the days of a month or the month of these days, when the length of
 * segments was changed; or the rest of a month that comes again from a later day on, through an authorization that reaches less
 * far back. What only the stored ones hold stays. The rows of the service points, which this transaction has written, keep
 * others out until it ends.
 */
export async function makeRoom(trx: Trx, { translated, at }: WindowChange): Promise<void> {
  const segments = translated.usageSegments.filter(({ interval }) => Number(interval) <= DAY_SECONDS)
  const outdated = await findOutdated(trx, segments)
  if (outdated.size === 0) return
  const rows = trx
    .selectFrom('usage_segments')
    .selectAll()
    .where('id', 'in', [...outdated.keys()])
  for (const row of await rows.orderBy('id').execute()) {
    const others = outdated.get(row.id) ?? []
    const rest = restOfSegment(row, others)
    if (others.some(({ id }) => id === row.id)) await putRestBeside(trx, row, rest, at)
    else await putRest(trx, row, rest, at)
  }
}

/** A new segment takes the id: the rest needs its own. */
async function putRestBeside(
  trx: Trx,
  row: StoredSegment,
  rest: Rest | 'untouched' | undefined,
  at: Date,
): Promise<void> {
  if (!rest) return
  const made = { id: restId(row), created: at, modified: at, synced: at }
  await trx
    .insertInto('usage_segments')
    .values({ ...row, ...(rest === 'untouched' ? {} : rest), ...made })
    .execute()
}

async function putRest(
  trx: Trx,
  { id }: StoredSegment,
  rest: Rest | 'untouched' | undefined,
  at: Date,
): Promise<void> {
  if (rest === 'untouched') return
  if (!rest) await trx.deleteFrom('usage_segments').where('id', '=', id).execute()
  else {
    await trx
      .updateTable('usage_segments')
      .set({ ...rest, modified: at, synced: at })
      .where('id', '=', id)
      .execute()
  }
}

function gridsOf(segments: readonly Unstamped<UsageSegment>[]): Grids {
  const grids = new Map<string, NewSegment[]>()
  for (const segment of segments) {
    const { cds_usagesegment_id: id, interval, formats, values } = segment
    const [start, end] = [Date.parse(segment.segment_start), Date.parse(segment.segment_end)]
    const point = segment.related_servicepoints[0] ?? ''
    const key = gridKey(point, interval.toString(), { start, type: formats[0]?.type ?? '' })
    const known = grids.get(key) ?? []
    known.push({ id, start, end, values })
    grids.set(key, known)
  }
  return grids
}

/** A register's segments have the intervals of usage and stand beside it (CDS-WG3-01 §10.8.5.8.2). */
function gridKey(servicePointId: string, interval: string, first: { start: number; type: string }): string {
  const register = first.type.endsWith('meter_readings')
  return JSON.stringify([servicePointId, interval, (first.start / 1000) % Number(interval), register])
}

/**
 * Ids of stored segments that need a look, each with the new segments that share its id or its time. One that is only replaced
 * by itself, as long or longer, needs none: after a run like the one before, there are none at all.
 */
async function findOutdated(
  trx: Trx,
  segments: readonly Unstamped<UsageSegment>[],
): Promise<Map<string, NewSegment[]>> {
  const grids = gridsOf(segments)
  const all = [...grids.values()].flat()
  if (all.length === 0) return new Map()
  const points = [...new Set(segments.map(({ related_servicepoints: [point = ''] }) => point))]
  const first = all.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY)
  const last = all.reduce((most, { end }) => Math.max(most, end), 0)
  const near = await trx
    .selectFrom('usage_segments')
    .select(['id', 'service_point_id', 'interval_seconds', 'segment_start', 'segment_end'])
    .select(sql<string | null>`formats->0->>'type'`.as('type'))
    .where('service_point_id', 'in', points)
    .where('segment_start', '>', new Date(first - LONGEST_MS))
    .where('segment_start', '<', new Date(last + LONGEST_MS))
    .execute()
  const outdated = new Map<string, NewSegment[]>()
  for (const { id, service_point_id: point, interval_seconds: interval, type, ...row } of near) {
    const [start, end] = [row.segment_start.getTime(), row.segment_end.getTime()]
    const grid = grids.get(gridKey(point, interval, { start, type: type ?? '' })) ?? []
    const others = grid.filter((other) => other.id === id || (other.start < end && other.end > start))
    const isWhole = (other: NewSegment) => other.id === id && other.start <= start && other.end >= end
    if (!others.every(isWhole)) outdated.set(id, others)
  }
  return outdated
}
