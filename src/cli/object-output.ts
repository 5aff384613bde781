import type { Writable } from 'node:stream'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { CsvOutput } from './csv-output.ts'
import { JsonOutput } from './json-output.ts'
import { NdjsonOutput } from './ndjson-output.ts'

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

/** The writer of one format. `pretty` is for JSON alone. */
export function newObjectOutput(
  format: Format,
  stream: Writable,
  { pretty, calendar }: { pretty: boolean; calendar: LocalCalendar },
): ObjectOutput {
  if (format === 'csv') return new CsvOutput(stream, calendar)
  if (format === 'ndjson') return new NdjsonOutput(stream)
  return new JsonOutput(stream, pretty)
}
