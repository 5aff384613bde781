import type { UsageSegment } from '../cds/wire/usage-segment.ts'

export const formats = ['json', 'ndjson', 'csv'] as const
export type Format = (typeof formats)[number]

/** Where the objects of a translation go, a list after the other. */
export interface ObjectOutput {
  /** Writes one list and gives its length. */
  list(name: string, objects: Iterable<object>): Promise<number>
  usageSegments(segments: Iterable<UsageSegment>): Promise<number>
  /** The same from finished JSON texts, which is several times faster; undefined where a form needs the objects. */
  usageSegmentTexts: ((texts: Iterable<string>) => Promise<number>) | undefined
  end(): Promise<void>
}
