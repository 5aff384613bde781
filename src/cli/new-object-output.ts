import type { Writable } from 'node:stream'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { CsvOutput } from './csv-output.ts'
import { JsonOutput } from './json-output.ts'
import { NdjsonOutput } from './ndjson-output.ts'
import type { Format, ObjectOutput } from './object-output.ts'

export interface OutputOptions {
  /** For JSON alone. */
  pretty: boolean
  /** For CSV: local times, and the usage points by the ids of their service points. */
  calendar: LocalCalendar
  usagePointPaths: ReadonlyMap<string, string>
}

/** The writer of one format. */
export function newObjectOutput(
  format: Format,
  stream: Writable,
  { pretty, calendar, usagePointPaths }: OutputOptions,
): ObjectOutput {
  if (format === 'csv') return new CsvOutput(stream, calendar, usagePointPaths)
  if (format === 'ndjson') return new NdjsonOutput(stream)
  return new JsonOutput(stream, pretty)
}
