import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import { type Json, parseExact } from '../shared/json.ts'
import { compressText, decompressText } from './compress.ts'
import type { UsageSegmentRow } from './tables/customer-data.ts'

export type StoredSegment = Selectable<UsageSegmentRow>

/** What changes in the row of a segment that is cut down. */
export type Rest = Pick<
  StoredSegment,
  'segment_start' | 'segment_end' | 'segment_values' | 'value_count' | 'content_hash'
>

/**
 * What a stored segment holds that is not told anew (times in epoch seconds): the places of the others become null (CDS-WG3-01
 * §10.8.3 #usage-segment-value-set-format), those at the ends go. Undefined when nothing is left; `whole` when nothing goes.
 */
export function restOfSegment(
  row: StoredSegment,
  isTold: (epoch: number) => boolean,
): Rest | 'whole' | undefined {
  const sets = asList(parseExact(decompressText(row.segment_values))).map(asList)
  const first = row.segment_start.getTime() / 1000
  const interval = Number(row.interval_seconds)
  const goes = sets.map((set, place) => !isEmpty(set) && isTold(first + place * interval))
  if (!goes.includes(true)) return 'whole'
  const left = sets.map((set, place) => (goes[place] ? set.map(() => null) : set))
  const from = left.findIndex((set) => !isEmpty(set))
  if (from < 0) return undefined
  const to = left.findLastIndex((set) => !isEmpty(set)) + 1
  const values = JSON.stringify(left.slice(from, to))
  const start = new Date((first + from * interval) * 1000)
  return {
    segment_start: start,
    segment_end: new Date((first + to * interval) * 1000),
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

/** Whether an interval has no value of any format. */
export function isEmpty(set: readonly unknown[]): boolean {
  return set.every((value) => value === null)
}

function asList(value: Json): Json[] {
  return Array.isArray(value) ? value : []
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
