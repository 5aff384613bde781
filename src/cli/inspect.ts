import { Readable } from 'node:stream'
import { type Clock, systemClock } from '../shared/clock.ts'
import { bytesOf, findInputs, type Input } from './inputs.ts'
import { inspectFeeds, type NamedFeed } from './inspect/inspect-feeds.ts'
import { printInspection } from './inspect/print.ts'
import { Quirks } from './inspect/quirks.ts'
import { findTextQuirks } from './inspect/text-quirks.ts'
import { type CommandIo, DONE, NOT_READABLE } from './io.ts'
import { readInput } from './read-input.ts'
import { TextOutput } from './text-output.ts'
import { fileFault } from './translate-options.ts'

export interface InspectOptions {
  /** Everything as JSON. */
  json?: boolean
  /** Each IntervalBlock entry on a line of its own. */
  entries?: boolean
}

/**
 * `gbcds inspect FILE…`: what is in a feed, what hangs on what and why, and what is odd about it. Files given together are
 * joined. Gives the exit code: 0, or 2 when a file is not ESPI or not readable.
 */
export async function run(
  files: readonly string[],
  options: InspectOptions = {},
  io: CommandIo = process,
  clock: Clock = systemClock,
): Promise<number> {
  const quirks = new Quirks()
  const feeds: NamedFeed[] = []
  const fault = fileFault(files)
  const inputs = fault === undefined ? await findInputs(files, io.stdin) : [fault]
  for (const input of inputs) {
    const feed = typeof input === 'string' ? input : await inspectOne(input, io, quirks)
    if (typeof feed === 'string') io.stderr.write(`gbcds inspect: ${feed}\n`)
    else feeds.push(feed)
  }
  if (feeds.length > 0) {
    const inspection = inspectFeeds(feeds, clock.now().getTime() / 1000, quirks)
    const output = new TextOutput(io.stdout)
    output.add(
      options.json
        ? `${JSON.stringify(inspection, null, 2)}\n`
        : printInspection(inspection, { entries: options.entries ?? false }),
    )
    await output.flush()
  }
  return feeds.length < inputs.length ? NOT_READABLE : DONE
}

/** Reads a feed, then its text once more for what the reader does not keep. */
async function inspectOne(input: Input, io: CommandIo, quirks: Quirks): Promise<NamedFeed | string> {
  const again = input.readOnce ? await keptInMemory(input) : input
  const feed = await readInput(again, io)
  if (typeof feed === 'string') return feed
  await findTextQuirks(again.open(), feed.bytes, quirks)
  return { file: input.name, feed }
}

/** Standard input can be read only once. */
async function keptInMemory(input: Input): Promise<Input> {
  const bytes = await bytesOf(input)
  return { ...input, open: () => Readable.from([bytes]) }
}
