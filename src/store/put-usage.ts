import { sql, type Transaction } from 'kysely'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { WindowChange } from '../sync/stores.ts'
import type { Unstamped } from '../translate/translated.ts'
import { makeRoom } from './make-room.ts'
import type { Tables } from './schema.ts'
import { batchesOf, pieceOf, putSegments, type SegmentContent, segmentHash } from './segment-rows.ts'
import { seriesOf, type ToldSeries } from './series-of.ts'

type Trx = Transaction<Tables>

/** A told segment, with the key and the number of its series. */
interface Told {
  segment: Unstamped<UsageSegment>
  key: string
  series: number
}

/**
 * Usage takes the place of what was told of the same days. Where nothing is new, only the series say that they were told again: then all
 * else was done when it was told first.
 */
export async function putUsage(trx: Trx, change: WindowChange): Promise<void> {
  const series = seriesOf(change.translated)
  if (series.length === 0) return
  const numbers = await putSeries(trx, change, series)
  const told = series.flatMap(({ key, segments }) =>
    segments.map((segment) => ({ segment, key, series: numbers.get(key) ?? 0 })),
  )
  const changed: Changed[] = []
  for (const batch of batchesOf(told, ({ segment }) => segment.values.length)) {
    changed.push(...(await changedOf(trx, change, batch)))
  }
  if (changed.length === 0) return
  const removed = await makeRoom(trx, change)
  await putSegments(trx, change, changed)
  if (removed || changed.some(({ series, was }) => was !== null && was !== series))
    await dropEmptySeries(trx, change)
}

/** Finds the series by their keys, or begins them. Gives their numbers, which nobody else gives out: the authorization is locked. */
async function putSeries(
  trx: Trx,
  { utilityAuthorizationId: id, at }: WindowChange,
  series: readonly ToldSeries[],
): Promise<ReadonlyMap<string, number>> {
  const told = JSON.stringify(
    series.map(({ segments, ...attributes }, index) => ({ ...attributes, place: index + 1 })),
  )
  const { rows } = await sql<{ key: string; series: number }>`/* put-series */
    insert into usage_series as s (utility_authorization_id, series, key_hash, account_id, account_number, contract_id,
      contract_number, point_id, meter_ids, interval_seconds, formats, value_types, longest_seconds, created, modified, synced)
    select ${id}, n.highest + t.place, decode(t.key, 'hex'), t."accountId", t."accountNumber", t."contractId",
      t."contractNumber", t."pointId", t."meterIds", t.interval, t.formats::json, t."valueTypes", t."longestSeconds",
      ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz
    from json_to_recordset(${told}::json) as t(place integer, key text, "accountId" text, "accountNumber" text,
        "contractId" text, "contractNumber" text, "pointId" text, "meterIds" text[], interval text, formats text,
        "valueTypes" text[], "longestSeconds" integer),
      (select coalesce(max(series), 0) as highest from usage_series where utility_authorization_id = ${id}) as n
    on conflict (utility_authorization_id, key_hash) do update set
      account_number = excluded.account_number, contract_number = excluded.contract_number, synced = excluded.synced,
      longest_seconds = greatest(s.longest_seconds, excluded.longest_seconds),
      modified = case when (s.account_number, s.contract_number) is distinct from
        (excluded.account_number, excluded.contract_number) then excluded.modified else s.modified end
    returning series, encode(key_hash, 'hex') as key`.execute(trx)
  return new Map(rows.map((row) => [row.key, row.series]))
}

/** A segment to write; `was`: the series that it stands in so far. */
interface Changed extends SegmentContent {
  was: number | null
}

/** Those segments of which what is stored differs, ready to be written. */
async function changedOf(
  trx: Trx,
  { utilityAuthorizationId: id }: WindowChange,
  told: readonly Told[],
): Promise<Changed[]> {
  const contents = told.map(({ segment, key, series }) => {
    const [start, end] = [new Date(segment.segment_start), new Date(segment.segment_end)]
    const values = JSON.stringify(segment.values)
    const hash = segmentHash(key, { start, end }, values)
    return {
      id: segment.cds_usagesegment_id,
      series,
      start,
      end,
      hash,
      values,
      valueCount: segment.values.length,
    }
  })
  const { rows } = await sql<{ place: bigint; was: number | null }>`/* find-changed-segments */
    select t.place, o.series as was
    from unnest(${contents.map((each) => each.id)}::uuid[], ${contents.map(({ series }) => series)}::integer[],
      ${contents.map(({ hash }) => hash)}::bytea[]) with ordinality as t(id, series, hash, place)
    left join usage_segments o on o.utility_authorization_id = ${id} and o.id = t.id
    where (o.series = t.series and o.content_hash = t.hash) is not true`.execute(trx)
  return rows.flatMap(({ place, was }) => {
    const content = contents[Number(place) - 1]
    if (!content) return []
    const { values, ...rest } = content
    return [{ ...rest, ...pieceOf(values), was }]
  })
}

async function dropEmptySeries(trx: Trx, { utilityAuthorizationId: id }: WindowChange): Promise<void> {
  await sql`/* drop-empty-series */
    delete from usage_series s where s.utility_authorization_id = ${id} and not exists (
      select from usage_segments u where u.utility_authorization_id = ${id} and u.series = s.series)`.execute(
    trx,
  )
}
