import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import { type Json, parseExact } from '../shared/json.ts'
import { compressText, decompressText } from './compress.ts'
import type { UsageSegmentRow } from './tables/customer-data.ts'

export type StoredSegment = Selectable<UsageSegmentRow>

/** A segment that is about to be stored; times in milliseconds. */
export interface NewSegment {
  id: string
  start: number
  end: number
  values: UsageSegment['values']
}

/** What changes in the row of a segment that is cut down. */
export type Rest = Pick<
  StoredSegment,
  'segment_start' | 'segment_end' | 'segment_values' | 'value_count' | 'content_hash'
>

/**
 * What a stored segment holds beside new ones of its grid: the places they tell become null (CDS-WG3-01 §10.8.3
 * #usage-segment-value-set-format), those at the ends go. Undefined when nothing is left; `untouched` when they tell none of its values.
 */
export function restOfSegment(
  row: StoredSegment,
  others: readonly NewSegment[],
): Rest | 'untouched' | undefined {
  const sets = asList(parseExact(decompressText(row.segment_values))).map(asList)
  const startMs = row.segment_start.getTime()
  const intervalMs = Number(row.interval_seconds) * 1000
  const isTold = sets.map((set, place) => {
    const time = startMs + place * intervalMs
    return !isEmpty(set) && others.some((other) => tells(other, time, { id: row.id, intervalMs }))
  })
  if (!isTold.includes(true)) return 'untouched'
  const left = sets.map((set, place) => (isTold[place] ? set.map(() => null) : set))
  const from = left.findIndex((set) => !isEmpty(set))
  if (from < 0) return undefined
  const to = left.findLastIndex((set) => !isEmpty(set)) + 1
  const values = JSON.stringify(left.slice(from, to))
  const [start, end] = [new Date(startMs + from * intervalMs), new Date(startMs + to * intervalMs)]
  return {
    segment_start: start,
    segment_end: end,
    segment_values: compressText(values),
    value_count: to - from,
    content_hash: hash(`${start.toISOString()} ${row.formats} ${values}`),
  }
}

/**
 * The id of a rest whose segment goes on as what replaces it. It comes from that very version of the segment, so no other rest
 * has it.
 */
export function restId({ id, content_hash }: Pick<StoredSegment, 'id' | 'content_hash'>): string {
  return hash(`${id} ${content_hash.toString('hex')}`)
    .toString('hex')
    .slice(0, 32)
}

/** A new segment speaks for its earlier self from its start to its end, and for others where it has values. */
function tells(
  { id, start, end, values }: NewSegment,
  time: number,
  stored: { id: string; intervalMs: number },
): boolean {
  if (time < start || time >= end) return false
  return id === stored.id || !isEmpty(values[(time - start) / stored.intervalMs] ?? [])
}

function isEmpty(set: readonly unknown[]): boolean {
  return set.every((value) => value === null)
}

function asList(value: Json): Json[] {
  return Array.isArray(value) ? value : []
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
