import type { Writable } from 'node:stream'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { CsvOutput } from './csv-output.ts'
import { JsonOutput } from './json-output.ts'
import { NdjsonOutput } from './ndjson-output.ts'
import type { Format, ObjectOutput } from './object-output.ts'

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
