import { sql, type Transaction } from 'kysely'
import { localCalendar } from '../shared/local-calendar.ts'
import type { WindowChange } from '../sync/stores.ts'
import { kindOf, type Near, outdatedSegments, type Segment } from './outdated-segments.ts'
import { restId, restOfSegment, type StoredSegment } from './rest-of-segment.ts'
import type { Tables } from './schema.ts'
import { putSegments, type SegmentContent } from './segment-rows.ts'
import { servicePointOf } from './series-of.ts'

type Trx = Transaction<Tables>

const MINUTE = 60
const DAY = 86_400
/** No segment of intervals up to a day is longer: 31 days, an hour, and the interval that reaches out of the month. */
const LONGEST_MS = 33 * DAY * 1000

/**
 * The local day is what is replaced, whatever segments cover: of a day that a window tells anything of, only the new values stay, and
 * of any other day all that this authorization told before. Segments of days need nothing for that, they have their id in common. Days
 * and the month of these days meet when the length of segments was changed; the same month comes with fewer days when the utility has no
 * more. Whether a segment was removed.
 */
export async function makeRoom(trx: Trx, change: WindowChange): Promise<boolean> {
  const segments = change.translated.usageSegments.filter(isOfDays)
  if (segments.length === 0) return false
  const calendar = localCalendar(change.timezone)
  const outdated = outdatedSegments(await findNear(trx, change, segments), segments, calendar)
  if (outdated.size === 0) return false
  const [gone, kept]: [string[], SegmentContent[]] = [[], []]
  for (const stored of await readSegments(trx, change, [...outdated.keys()])) {
    const told = outdated.get(stored.id)
    const rest = restOfSegment(stored, (epoch) => told?.days.has(calendar.dayOf(epoch).start) ?? false)
    const isReplaced = told?.ids.has(stored.id)
    // A new segment takes the id: the rest needs its own.
    if (rest && isReplaced) kept.push({ ...(rest === 'whole' ? stored : rest), id: restId(stored) })
    else if (!rest && !isReplaced) gone.push(stored.id)
    else if (rest && rest !== 'whole') kept.push(rest)
  }
  await putSegments(trx, change, kept)
  return removeSegments(trx, change, gone)
}

/** Shorter than a minute, segments are hours, longer than a day or of summaries, single values, whatever the length of the others. */
function isOfDays(segment: Segment): boolean {
  const interval = Number(segment.interval)
  return interval >= MINUTE && interval <= DAY && kindOf(segment.formats[0]?.type) !== 'summary'
}

/** Stored segments of the same service points that may hold days of the new ones. */
async function findNear(
  trx: Trx,
  { utilityAuthorizationId: id }: WindowChange,
  segments: readonly Segment[],
): Promise<Near[]> {
  const starts = segments.map(({ segment_start }) => Date.parse(segment_start))
  const [first, last] = [starts.reduce((a, b) => Math.min(a, b)), starts.reduce((a, b) => Math.max(a, b))]
  const points = [...new Set(segments.map(servicePointOf))]
  const { rows } = await sql<Near>`/* find-near-segments */
    select replace(u.id::text, '-', '') as id, u.segment_start as start, u.segment_end as end, s.point_id as point,
      s.interval_seconds::double precision as interval, s.formats -> 0 ->> 'type' as type
    from usage_series s join usage_segments u on u.utility_authorization_id = ${id} and u.series = s.series
    where s.utility_authorization_id = ${id} and coalesce(s.point_id, '') = any(${points}::text[])
      and u.segment_start > ${new Date(first - LONGEST_MS)} and u.segment_start < ${new Date(last + LONGEST_MS)}`.execute(
    trx,
  )
  return rows
}

async function readSegments(
  trx: Trx,
  { utilityAuthorizationId: id }: WindowChange,
  ids: readonly string[],
): Promise<StoredSegment[]> {
  const { rows } = await sql<StoredSegment>`/* read-segments */
    select replace(u.id::text, '-', '') as id, u.series, u.segment_start as start, u.segment_end as end,
      u.value_count as "valueCount", u.content_hash as hash, u.text_bytes as "textBytes",
      u.text_crc::double precision as "textCrc", u.piece, s.interval_seconds::double precision as interval,
      encode(s.key_hash, 'hex') as key
    from usage_segments u join usage_series s on s.utility_authorization_id = ${id} and s.series = u.series
    where u.utility_authorization_id = ${id} and u.id = any(${[...ids]}::uuid[]) order by u.id`.execute(trx)
  return rows
}

async function removeSegments(
  trx: Trx,
  { utilityAuthorizationId: id }: WindowChange,
  ids: readonly string[],
): Promise<boolean> {
  if (ids.length === 0) return false
  await sql`/* remove-segments */
    delete from usage_segments where utility_authorization_id = ${id} and id = any(${[...ids]}::uuid[])`.execute(
    trx,
  )
  return true
}
