import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import { toPiece } from '../shared/pieces.ts'
import { batches } from './batches.ts'
import type { Tables } from './schema.ts'

/** Value sets that are worked on and written at once: about 50 ms. */
const MOST_SETS = 10_000

/** What the row of a segment says, but for its owner and its stamps. Ids are written without dashes, as on the wire. */
export interface SegmentContent {
  id: string
  series: number
  start: Date
  end: Date
  valueCount: number
  hash: Buffer
  textBytes: number
  textCrc: number
  piece: Buffer
}

/** The hash of all that a segment says; `key` is that of its series, so that other formats count. */
export function segmentHash(key: string, { start, end }: { start: Date; end: Date }, values: string): Buffer {
  return createHash('sha256').update(`${key} ${start.getTime()} ${end.getTime()} ${values}`).digest()
}

/** The text of the value sets in the form in which it is kept. */
export function pieceOf(values: string): Pick<SegmentContent, 'piece' | 'textBytes' | 'textCrc'> {
  const { bytes, textBytes, crc } = toPiece(values)
  return { piece: bytes, textBytes, textCrc: crc }
}

/** Segments in pieces that are quickly worked on. */
export function batchesOf<T>(list: readonly T[], setsOf: (each: T) => number): Generator<T[]> {
  // However few values one has, its row is work too.
  return batches(list, MOST_SETS, (each) => Math.max(setsOf(each), 10))
}

/** Writes segments, new or in the place of those with the same id: all of them differ from what is stored. */
export async function putSegments(
  trx: Transaction<Tables>,
  { utilityAuthorizationId: id, at }: { utilityAuthorizationId: UtilityAuthorizationId; at: Date },
  segments: readonly SegmentContent[],
): Promise<void> {
  for (const rows of batchesOf(segments, ({ valueCount }) => valueCount)) {
    const column = <Key extends keyof SegmentContent>(key: Key) => rows.map((row) => row[key])
    await sql`/* put-segments */
      insert into usage_segments (utility_authorization_id, series, id, segment_start, segment_end, created, modified,
        value_count, text_bytes, text_crc, content_hash, piece)
      select ${id}, t.series, t.id::uuid, t.segment_start, t.segment_end, coalesce(e.created, ${at}::timestamptz), ${at}::timestamptz,
        t.value_count, t.text_bytes, t.text_crc, t.hash, t.piece
      from unnest(${column('series')}::integer[], ${column('id')}::text[], ${column('start')}::timestamptz[],
        ${column('end')}::timestamptz[], ${column('valueCount')}::integer[], ${column('textBytes')}::integer[],
        ${column('textCrc')}::bigint[], ${column('hash')}::bytea[], ${column('piece')}::bytea[])
        as t(series, id, segment_start, segment_end, value_count, text_bytes, text_crc, hash, piece)
      left join earlier_created e
        on e.utility_authorization_id = ${id} and e.kind = 'usage_segments' and e.id = t.id
      on conflict (utility_authorization_id, id) do update set series = excluded.series,
        segment_start = excluded.segment_start, segment_end = excluded.segment_end, modified = excluded.modified,
        value_count = excluded.value_count, text_bytes = excluded.text_bytes, text_crc = excluded.text_crc,
        content_hash = excluded.content_hash, piece = excluded.piece`.execute(trx)
  }
}
