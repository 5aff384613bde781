import { createHash } from 'node:crypto'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { Translated, Unstamped } from '../translate/translated.ts'
import { numbersOf } from './numbers-of.ts'

type Segment = Unstamped<UsageSegment>

/** A series as a window told it, with its segments. */
export interface ToldSeries {
  /** What makes it this series: the hash of all that its segments have in common. */
  key: string
  accountId: string | null
  accountNumber: string | null
  contractId: string | null
  contractNumber: string | null
  pointId: string | null
  meterIds: readonly string[]
  interval: string
  formats: string
  valueTypes: readonly string[]
  longestSeconds: number
  segments: Segment[]
}

/** Segments become series: those of one service point, contract, interval length and list of formats together. */
export function seriesOf(translated: Translated): ToldSeries[] {
  const numbers = numbersOf(translated)
  const series = new Map<string, ToldSeries>()
  for (const segment of translated.usageSegments) {
    const formats = JSON.stringify(segment.formats)
    const text = JSON.stringify([...relatedTo(segment), segment.interval, formats])
    const found = series.get(text) ?? newSeries(segment, { text, formats, numbers })
    series.set(text, found)
    found.segments.push(segment)
    found.longestSeconds = Math.max(found.longestSeconds, secondsOf(segment))
  }
  return [...series.values()]
}

function relatedTo(segment: Segment) {
  const account = segment.related_accounts[0] ?? null
  const contract = segment.related_servicecontracts[0] ?? null
  return [account, contract, servicePointOf(segment) || null, segment.related_meterdevices] as const
}

function newSeries(
  segment: Segment,
  known: { text: string; formats: string; numbers: ReadonlyMap<string, string | null> },
): ToldSeries {
  const { text, formats, numbers } = known
  const [accountId, contractId, pointId, meterIds] = relatedTo(segment)
  return {
    key: createHash('sha256').update(text).digest('hex'),
    accountId,
    accountNumber: (accountId && numbers.get(accountId)) ?? null,
    contractId,
    contractNumber: (contractId && numbers.get(contractId)) ?? null,
    pointId,
    meterIds,
    interval: segment.interval.toString(),
    formats,
    valueTypes: [...new Set(segment.formats.map(({ type }) => type))],
    longestSeconds: 0,
    segments: [],
  }
}

/** The service point that a segment is stored under. */
export function servicePointOf({ related_servicepoints: [point = ''] }: Segment): string {
  return point
}

function secondsOf({ segment_start, segment_end }: Segment): number {
  return Math.ceil((Date.parse(segment_end) - Date.parse(segment_start)) / 1000)
}
