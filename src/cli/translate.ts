import { existsSync } from 'node:fs'
import { type Clock, systemClock } from '../shared/clock.ts'
import { localCalendar } from '../shared/local-calendar.ts'
import { findInputs, type Input } from './inputs.ts'
import { type CommandIo, NOT_READABLE } from './io.ts'
import { existing, outputFault } from './output-files.ts'
import { isFileError, reasonOf } from './read-input.ts'
import type { ReportBuilder } from './report/report-builder.ts'
import { StagedFiles } from './staged-files.ts'
import { toFolder } from './to-folder.ts'
import { toStdout } from './to-stdout.ts'
import type { TranslateCall } from './translate-call.ts'
import { faultOf, formatOf, segmentLengthOf, stampOf, type TranslateOptions } from './translate-options.ts'
import { findFacts } from './utility-facts.ts'
import { withoutDrafts } from './without-drafts.ts'

/**
 * `gbcds translate FILE… | -`: ESPI files become CDS objects. On stdout all files become one document, usage and customer
 * files joined; with `--out` each becomes a file of its own. Gives the exit code, the worst of all files: 0 all
 * translated, 1 something refused, 2 not ESPI, not readable or not writable.
 */
export async function run(
  files: readonly string[],
  options: TranslateOptions = {},
  io: CommandIo = process,
  clock: Clock = systemClock,
): Promise<number> {
  const fault = faultOf(files, options)
  if (fault !== undefined) return fail(fault, io)
  const inputs = await findInputs(files, io.stdin)
  const taken = takenPlace(inputs, options)
  if (taken !== undefined) return fail(taken, io)
  const staged = new StagedFiles(options.force ?? false)
  const now = stampOf(options, clock)
  const facts = await findFacts(options)
  if (typeof facts === 'string') return fail(facts, io)
  const zone = facts.timezone ?? 'UTC'
  const report = options.report?.length ? await newReport(zone, now) : undefined
  return await withoutDrafts(staged, () =>
    translateAll(inputs, {
      options,
      io,
      staged,
      report,
      now,
      zone,
      facts,
      seen: { feeds: 0, mixed: false },
    }),
  )
}

async function translateAll(inputs: readonly (Input | string)[], call: TranslateCall): Promise<number> {
  const { options, io } = call
  try {
    const code = await (options.out === undefined
      ? toStdout(inputs, call)
      : toFolder(inputs, options.out, call))
    for (const hint of hintsFor(call)) io.stderr.write(`${hint}\n`)
    await writeReports(call)
    return code
  } catch (error) {
    if (!isFileError(error)) throw error
    return fail(`the output cannot be written: ${reasonOf(error.code)}`, io)
  }
}

const MIXED =
  'Entries of one link disagree: files on stdout are joined as those of one customer. Translate the files of several apart: --out FOLDER'

/** What people may have overlooked. */
function hintsFor({ options, facts, seen }: TranslateCall): string[] {
  if (seen.feeds === 0) return []
  const cut = segmentLengthOf(options) === 'day' ? 'Days' : 'Months'
  const zone = `${cut} are cut in UTC. Name the utility's zone to cut them there: --timezone America/Toronto`
  const table = 'CSV holds usage alone; for the other objects take --format json or ndjson.'
  return [
    ...(seen.mixed ? [MIXED] : []),
    ...(facts.timezone === undefined ? [zone] : []),
    ...(formatOf(options) === 'csv' ? [table] : []),
  ]
}

/** Why outputs or reports have no place to go, before anything is read. */
function takenPlace(inputs: readonly (Input | string)[], options: TranslateOptions): string | undefined {
  const { out, report = [], force = false } = options
  const readable = inputs.filter((input) => typeof input !== 'string')
  const fault =
    out === undefined ? undefined : outputFault(out, readable, { format: formatOf(options), force })
  if (fault !== undefined) return fault
  const taken = force ? undefined : report.find((file) => existsSync(file))
  return taken === undefined ? undefined : existing(taken)
}

/** Its code is loaded for those who ask for a report. */
async function newReport(zone: string, now: string): Promise<ReportBuilder> {
  const { ReportBuilder } = await import('./report/report-builder.ts')
  return new ReportBuilder(localCalendar(zone), now)
}

/** The report is about the run: it is written whatever came of the files. */
async function writeReports({ options, report, staged, io }: TranslateCall): Promise<void> {
  if (!report) return
  const { reportText } = await import('./report/report-text.ts')
  for (const file of options.report ?? []) {
    const stream = await staged.open(file)
    stream.write(reportText(report.toReport(), file))
    await staged.commit()
    io.stderr.write(`Report: ${file}. It holds customer data.\n`)
  }
}

function fail(reason: string, { stderr }: CommandIo): number {
  stderr.write(`gbcds translate: ${reason}\n`)
  return NOT_READABLE
}
