import { type Clock, toDatetime } from '../shared/clock.ts'
import { currencyNumber } from '../shared/currencies.ts'
import { isTimezone } from '../shared/local-calendar.ts'
import { SEGMENT_LENGTHS, type SegmentLength } from '../shared/segment-length.ts'
import { type Format, formats } from './object-output.ts'
import { reportKinds } from './report/report-kinds.ts'
import type { FactOptions } from './utility-facts.ts'

export interface TranslateOptions extends FactOptions {
  /** What one usage segment covers, `day` (default) or `month`. */
  segments?: string
  /** Stamps of the objects, default the current time. */
  now?: string
  /** Indent the JSON. */
  pretty?: boolean
  /** Default `json`. */
  format?: string
  /** Folder for one output per input; without it all inputs become one on stdout. */
  out?: string
  /** Replace files that are there already. */
  force?: boolean
  /** Files of the report, `.json` or `.html`. */
  report?: readonly string[]
  /** Write nothing when anything is refused. */
  strict?: boolean
}

/** What is wrong with a call of `translate`, and how to mend it. */
export function faultOf(files: readonly string[], options: TranslateOptions): string | undefined {
  return (
    fileFault(files) ?? zoneFault(options) ?? nowFault(options) ?? valueFault(options) ?? reportFault(options)
  )
}

/** The form of the output; call it after `faultOf`. */
export function formatOf({ format = 'json' }: TranslateOptions): Format {
  return formats.find((known) => known === format) ?? 'json'
}

/** What one usage segment covers; call it after `faultOf`. */
export function segmentLengthOf({ segments = 'day' }: TranslateOptions): SegmentLength {
  return SEGMENT_LENGTHS.find((known) => known === segments) ?? 'day'
}

/** What is wrong with the files a command was given. */
export function fileFault(files: readonly string[]): string | undefined {
  if (files.length === 0) return 'name at least one file, or - for standard input'
  if (files.filter((file) => file === '-').length > 1) return 'standard input (-) can be read only once'
  return undefined
}

/** What is wrong with `--timezone`. */
export function zoneFault({ timezone }: Pick<TranslateOptions, 'timezone'>): string | undefined {
  if (timezone === undefined || isTimezone(timezone)) return undefined
  return `--timezone ${timezone} is no IANA time zone; write it like America/Toronto`
}

const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** What is wrong with `--now`: JavaScript takes 30 February for 2 March. */
export function nowFault({ now }: Pick<TranslateOptions, 'now'>): string | undefined {
  if (now === undefined) return undefined
  const midnight = Date.parse(`${now.slice(0, 10)}T00:00:00Z`)
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(now.slice(0, 10))
  if (DATETIME.test(now) && !Number.isNaN(Date.parse(now)) && isDay) return undefined
  return `--now ${now} is no date and time; write it like 2026-01-31T12:00:00Z`
}

/** The stamp of what is written; call it after `nowFault`. */
export function stampOf({ now }: Pick<TranslateOptions, 'now'>, clock: Clock): string {
  return toDatetime(now === undefined ? clock.now() : new Date(now))
}

function valueFault({ segments, currency, format, pretty }: TranslateOptions): string | undefined {
  if (segments !== undefined && !SEGMENT_LENGTHS.some((known) => known === segments)) {
    return `--segments ${segments} is not known; choose ${SEGMENT_LENGTHS.join(' or ')}`
  }
  if (currency !== undefined && currencyNumber(currency) === undefined) {
    return `--currency ${currency} is no ISO 4217 code; write it like USD`
  }
  if (format !== undefined && !formats.some((known) => known === format)) {
    return `--format ${format} is not known; choose ${formats.join(', ')}`
  }
  if (pretty && format !== undefined && format !== 'json') return '--pretty goes with --format json only'
  return undefined
}

function reportFault({ report = [] }: TranslateOptions): string | undefined {
  const wrong = report.find((file) => !reportKinds.some((kind) => file.endsWith(`.${kind}`)))
  if (wrong === undefined) return undefined
  return `--report ${wrong} must end in ${reportKinds.map((kind) => `.${kind}`).join(' or ')}`
}
