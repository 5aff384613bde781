import { sql, type Transaction } from 'kysely'
import { localCalendar } from '../shared/local-calendar.ts'
import type { WindowChange } from '../sync/stores.ts'
import { kindOf, type Near, outdatedSegments, type Segment, servicePointOf } from './outdated-segments.ts'
import { type Rest, restId, restOfSegment, type StoredSegment } from './rest-of-segment.ts'
import type { Tables } from './schema.ts'

type Trx = Transaction<Tables>

const MINUTE = 60
const DAY = 86_400
/** No segment of intervals up to a day is longer: 31 days, an hour, and the interval that reaches out of the month. */
const LONGEST_MS = 33 * DAY * 1000

/**
 * The local day is what is replaced, whatever segments cover: of a day that a window tells anything of, only the new values stay, and
 * of any other day all that is stored. Segments of days need nothing for that, they have their id in common. Days and the month
 * of these days meet when the length of segments was changed; the same month comes with fewer days when the utility has no more, or
 * when it comes through an authorization that reaches less far back. The rows of the service points, which this transaction has
 * written, keep others out until it ends.
 */
export async function makeRoom(trx: Trx, { translated, timezone, at }: WindowChange): Promise<void> {
  const segments = translated.usageSegments.filter(isOfDays)
  if (segments.length === 0) return
  const near = await findNear(trx, segments)
  if (near.length === 0) return
  const calendar = localCalendar(timezone)
  const outdated = outdatedSegments(near, segments, calendar)
  if (outdated.size === 0) return
  const rows = trx
    .selectFrom('usage_segments')
    .selectAll()
    .where('id', 'in', [...outdated.keys()])
  for (const row of await rows.orderBy('id').execute()) {
    const told = outdated.get(row.id)
    const rest = restOfSegment(row, (epoch) => told?.days.has(calendar.dayOf(epoch).start) ?? false)
    if (told?.ids.has(row.id)) await putBeside(trx, row, rest, at)
    else await put(trx, row, rest, at)
  }
}

/** Shorter than a minute, segments are hours, longer than a day or of summaries, single values, whatever the length of the others. */
function isOfDays(segment: Segment): boolean {
  const interval = Number(segment.interval)
  return interval >= MINUTE && interval <= DAY && kindOf(segment.formats[0]?.type) !== 'summary'
}

/** A new segment takes the id: the rest needs its own. */
async function putBeside(
  trx: Trx,
  row: StoredSegment,
  rest: Rest | 'whole' | undefined,
  at: Date,
): Promise<void> {
  if (!rest) return
  const changed = rest === 'whole' ? {} : rest
  const made = { id: restId(row), created: at, modified: at, synced: at }
  await trx
    .insertInto('usage_segments')
    .values({ ...row, ...changed, ...made })
    .execute()
}

async function put(
  trx: Trx,
  { id }: StoredSegment,
  rest: Rest | 'whole' | undefined,
  at: Date,
): Promise<void> {
  if (rest === 'whole') return
  if (!rest) {
    await trx.deleteFrom('usage_segments').where('id', '=', id).execute()
    return
  }
  const changed = { ...rest, modified: at, synced: at }
  await trx.updateTable('usage_segments').set(changed).where('id', '=', id).execute()
}

/** Stored segments of the same service points that may hold days of the new ones. */
async function findNear(trx: Trx, segments: readonly Segment[]): Promise<Near[]> {
  const starts = segments.map(({ segment_start }) => Date.parse(segment_start))
  const [first, last] = [starts.reduce((a, b) => Math.min(a, b)), starts.reduce((a, b) => Math.max(a, b))]
  return trx
    .selectFrom('usage_segments')
    .select(['id', 'service_point_id', 'interval_seconds', 'segment_start', 'segment_end'])
    .select(sql<string | null>`formats->0->>'type'`.as('type'))
    .where('service_point_id', 'in', [...new Set(segments.map(servicePointOf))])
    .where('segment_start', '>', new Date(first - LONGEST_MS))
    .where('segment_start', '<', new Date(last + LONGEST_MS))
    .execute()
}
