import { type Clock, systemClock } from '../shared/clock.ts'
import { localCalendar } from '../shared/local-calendar.ts'
import { toEspiFeed } from '../translate/to-espi/to-feed.ts'
import { Unsaid, type UnsaidLine } from '../translate/to-espi/unsaid.ts'
import { bytesOf, findInputs, type Input } from './inputs.ts'
import { type CommandIo, DONE, NOT_READABLE, SOMETHING_REFUSED } from './io.ts'
import { joinObjects, type ReadObjects } from './join-objects.ts'
import { isFileError, reasonOf } from './read-input.ts'
import { readObjects } from './read-objects.ts'
import { TextOutput } from './text-output.ts'
import { fileFault, nowFault, stampOf, zoneFault } from './translate-options.ts'

export interface ToEspiOptions {
  /** IANA zone of the local dates in bills and contracts. */
  timezone?: string
  /** `updated` of the feed, default the current time. */
  now?: string
}

/**
 * `gbcds to-espi FILE… | -`: CDS objects become one ESPI feed on stdout. Gives the exit code: 0 all was said, 1 something has no word in
 * ESPI, 2 a file is not readable or holds no CDS objects.
 */
export async function run(
  files: readonly string[],
  options: ToEspiOptions = {},
  io: CommandIo = process,
  clock: Clock = systemClock,
): Promise<number> {
  const fault = fileFault(files) ?? zoneFault(options) ?? nowFault(options)
  if (fault !== undefined) return fail(fault, io)
  const all: ReadObjects[] = []
  for (const input of await findInputs(files, io.stdin)) {
    const read = await readOne(input)
    if (typeof read === 'string') return fail(read, io)
    all.push(read)
  }
  const objects = joinObjects(all)
  if (typeof objects === 'string') return fail(objects, io)
  const unsaid = new Unsaid()
  const calendar = localCalendar(options.timezone ?? 'UTC')
  const output = new TextOutput(io.stdout)
  const feed = toEspiFeed(objects, { calendar, unsaid, updated: stampOf(options, clock) })
  for (const piece of feed) if (output.add(piece)) await output.flush()
  await output.flush()
  for (const line of unsaid.toList()) io.stderr.write(`${lineOf(line)}\n`)
  return unsaid.toList().length > 0 ? SOMETHING_REFUSED : DONE
}

async function readOne(input: Input | string): Promise<ReadObjects | string> {
  if (typeof input === 'string') return input
  const { name } = input
  try {
    const objects = readObjects(await bytesOf(input))
    return typeof objects === 'string' ? `${name}: ${objects}` : { name, objects }
  } catch (error) {
    if (isFileError(error)) return `${name}: ${reasonOf(error.code)}`
    throw error
  }
}

function lineOf({ object, field, detail, count }: UnsaidLine): string {
  return `Not said ${count} × ${object}, ${field}: ${detail}.`
}

function fail(reason: string, { stderr }: CommandIo): number {
  stderr.write(`gbcds to-espi: ${reason}\n`)
  return NOT_READABLE
}
