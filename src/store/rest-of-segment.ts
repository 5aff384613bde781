import { createHash } from 'node:crypto'
import { type Json, parseExact } from '../shared/json.ts'
import { textOf } from '../shared/pieces.ts'
import { pieceOf, type SegmentContent, segmentHash } from './segment-rows.ts'

/** A stored segment with what its series says. */
export interface StoredSegment extends SegmentContent {
  /** Hash of what makes its series this one. */
  key: string
  /** Length of an interval, seconds. */
  interval: number
}

/**
 * What a stored segment holds that is not told anew (times in epoch seconds): the places of the others become null (CDS-WG3-01
 * §10.8.3 #usage-segment-value-set-format), those at the ends go. Undefined when nothing is left; `whole` when nothing goes.
 */
export function restOfSegment(
  stored: StoredSegment,
  isTold: (epoch: number) => boolean,
): SegmentContent | 'whole' | undefined {
  const sets = asList(parseExact(textOf({ bytes: stored.piece, textBytes: stored.textBytes }))).map(asList)
  const { interval } = stored
  const first = stored.start.getTime() / 1000
  const goes = sets.map((set, place) => !isEmpty(set) && isTold(first + place * interval))
  if (!goes.includes(true)) return 'whole'
  const left = sets.map((set, place) => (goes[place] ? set.map(() => null) : set))
  const from = left.findIndex((set) => !isEmpty(set))
  if (from < 0) return undefined
  const to = left.findLastIndex((set) => !isEmpty(set)) + 1
  const values = JSON.stringify(left.slice(from, to))
  const [start, end] = [from, to].map((place) => new Date((first + place * interval) * 1000)) as [Date, Date]
  return {
    id: stored.id,
    series: stored.series,
    start,
    end,
    valueCount: to - from,
    hash: segmentHash(stored.key, { start, end }, values),
    ...pieceOf(values),
  }
}

/**
 * The id of a rest whose segment goes on as what replaces it. It comes from that very version of the segment, so no other rest
 * has it.
 */
export function restId({ id, hash }: Pick<StoredSegment, 'id' | 'hash'>): string {
  return createHash('sha256')
    .update(`${id} ${hash.toString('hex')}`)
    .digest('hex')
    .slice(0, 32)
}

/** Whether an interval has no value of any format. */
export function isEmpty(set: readonly unknown[]): boolean {
  return set.every((value) => value === null)
}

function asList(value: Json): Json[] {
  return Array.isArray(value) ? value : []
}
