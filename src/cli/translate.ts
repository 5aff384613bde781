import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { MalformedFeedError } from '../espi/errors.ts'
import type { EspiFeed } from '../espi/model.ts'
import { readFeed } from '../espi/read-feed.ts'
import { toDatetime } from '../shared/clock.ts'
import { keyedIds } from '../shared/ids.ts'
import { startTranslation, type Translation } from '../translate/translate-feed.ts'
import { JsonOutput } from './json-output.ts'
import { newProgress } from './progress.ts'
import { summarise } from './summary.ts'

export interface TranslateOptions {
  /** IANA zone in which a day of usage begins. */
  timezone?: string
  /** Stamps of the objects, default the current time. */
  now?: string
  /** ISO 4217 code of costs whose feed names none. */
  currency?: string
  pretty?: boolean
}

export interface TranslateIo {
  stdin: Readable
  stdout: Writable
  stderr: Writable & { isTTY?: boolean }
}

export const TRANSLATED = 0
export const SOMETHING_REFUSED = 1
export const NOT_READABLE = 2

/** Ids of translated files are the same in every run; a file from disk belongs to no installation with a secret. */
const FILE_KEY = new Uint8Array(32)

/**
 * `gbcds translate FILE… | -`: ESPI files become one CDS JSON document on stdout; usage and customer files given together
 * are joined. Gives the exit code: 0 all translated, 1 something refused, 2 not ESPI or not readable.
 */
export async function run(
  files: readonly string[],
  options: TranslateOptions = {},
  io: TranslateIo = process,
): Promise<number> {
  const started = performance.now()
  const fault = faultOf(files, options)
  if (fault !== undefined) return fail(fault, io)
  const feeds: EspiFeed[] = []
  for (const file of files) {
    const feed = await readFile(file, io)
    if (typeof feed === 'string') return fail(feed, io)
    feeds.push(feed)
  }
  const translation = startTranslation(feeds, {
    identify: keyedIds(FILE_KEY, 'file'),
    authorizationKey: 'file',
    timezone: options.timezone ?? 'UTC',
    entity: null,
    ...(options.currency !== undefined && { currency: options.currency }),
  })
  const segments = await write(translation, options, io)
  if (options.timezone === undefined) {
    io.stderr.write(
      "Days are cut in UTC. Name the utility's zone to cut them there: --timezone America/Toronto\n",
    )
  }
  const seconds = (performance.now() - started) / 1000
  io.stderr.write(summarise(feeds, { ...translation, segments, refused: translation.refused() }, seconds))
  return translation.refused().length > 0 ? SOMETHING_REFUSED : TRANSLATED
}

/** What is wrong with the call, and how to mend it. */
function faultOf(
  files: readonly string[],
  { timezone, now, currency }: TranslateOptions,
): string | undefined {
  if (files.length === 0) return 'name at least one file, or - for standard input'
  if (files.filter((file) => file === '-').length > 1) return 'standard input (-) can be read only once'
  if (timezone !== undefined && !isTimezone(timezone)) {
    return `--timezone ${timezone} is no IANA time zone; write it like America/Toronto`
  }
  if (now !== undefined && Number.isNaN(Date.parse(now))) {
    return `--now ${now} is no date and time; write it like 2026-01-31T12:00:00Z`
  }
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    return `--currency ${currency} is no ISO 4217 code; write it like USD`
  }
  return undefined
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function fail(reason: string, { stderr }: TranslateIo): number {
  stderr.write(`gbcds translate: ${reason}\n`)
  return NOT_READABLE
}

/** A feed, or the reason why there is none. */
async function readFile(file: string, io: TranslateIo): Promise<EspiFeed | string> {
  const name = file === '-' ? 'standard input' : file
  const size =
    file === '-'
      ? 0
      : await stat(file).then(
          (stats) => stats.size,
          () => 0,
        )
  const progress = newProgress(io.stderr, name, size)
  try {
    return await readFeed(file === '-' ? io.stdin : createReadStream(file), { onProgress: progress.update })
  } catch (error) {
    if (error instanceof MalformedFeedError) return `${name}: ${error.message}`
    if (isFileError(error)) return `${name}: ${reasonOf(error.code)}`
    throw error
  } finally {
    progress.stop()
  }
}

function isFileError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

function reasonOf(code: string): string {
  if (code === 'ENOENT') return 'no such file; check the path'
  if (code === 'EACCES') return 'not readable for this user; check its permissions'
  if (code === 'EISDIR') return 'a folder; name the files in it, e.g. FOLDER/*.xml'
  return `cannot be read (${code})`
}

/** Writes all objects, stamped, and gives the number of usage segments. */
async function write(
  translation: Translation,
  options: TranslateOptions,
  { stdout }: TranslateIo,
): Promise<number> {
  const now = toDatetime(options.now === undefined ? new Date() : new Date(options.now))
  const stamps = { cds_created: now, cds_modified: now, cds_synced: now }
  const output = new JsonOutput(stdout, options.pretty ?? false)
  const stamped = <T extends object>(objects: readonly T[]): object[] =>
    objects.map((object) => ({ ...object, ...stamps }))
  await output.list('accounts', stamped(translation.accounts))
  await output.list('service_contracts', stamped(translation.serviceContracts))
  await output.list('service_points', stamped(translation.servicePoints))
  await output.list('meter_devices', stamped(translation.meterDevices))
  await output.list('bill_statements', [])
  await output.list('bill_sections', [])
  const segments = await output.list(
    'usage_segments',
    translation.usageSegments().map((segment) => ({ ...segment, ...stamps })),
  )
  await output.list('refused', translation.refused())
  await output.end()
  return segments
}
