import type { Fact } from '../espi/canonical/fact.ts'
import type { EspiFeed } from '../espi/model.ts'
import { nameOfEntry } from '../translate/refusals.ts'
import { type Proof, proveRoundTrip } from '../translate/round-trip/prove.ts'
import { findInputs, type Input } from './inputs.ts'
import { type CommandIo, DONE, NOT_READABLE, SOMETHING_REFUSED } from './io.ts'
import { readInput } from './read-input.ts'
import { namedLines } from './summary.ts'
import { TextOutput } from './text-output.ts'
import { fileContext } from './translate-call.ts'
import { fileFault, zoneFault } from './translate-options.ts'
import { type FactOptions, findFacts, type UtilityFacts } from './utility-facts.ts'

export interface RoundTripOptions extends FactOptions {
  /** The files belong together, as a usage feed and its customer feed do. */
  together?: boolean
  /** Show what differs, not only where: it may be personal. */
  values?: boolean
}

interface RoundTripCall {
  options: RoundTripOptions
  facts: UtilityFacts
  output: TextOutput
}

/**
 * `gbcds round-trip FILE…`: each file becomes CDS objects and ESPI again, and what both feeds say is compared. Gives the exit code: 0
 * all came back or was refused by name, 1 something differs, 2 a file is not ESPI or not readable.
 */
export async function run(
  files: readonly string[],
  options: RoundTripOptions = {},
  io: CommandIo = process,
): Promise<number> {
  const fault = fileFault(files) ?? zoneFault(options)
  if (fault !== undefined) return fail(fault, io)
  const facts = await findFacts(options)
  if (typeof facts === 'string') return fail(facts, io)
  const output = new TextOutput(io.stdout)
  const call = { options, facts, output }
  const all: Figures = { files: 0, facts: 0, cameBack: 0, refused: 0, differing: 0 }
  const inputs = await findInputs(files, io.stdin)
  let code = DONE
  const together: [string, EspiFeed][] = []
  for (const input of inputs) {
    const feed = typeof input === 'string' ? input : await readInput(input, io)
    if (typeof feed === 'string') code = fail(feed, io)
    else if (options.together) together.push([nameOf(input), feed])
    else code = Math.max(code, add(all, await proveOne([[nameOf(input), feed]], call)))
  }
  if (together.length > 0) return Math.max(code, add(all, await proveOne(together, call)))
  if (all.files > 1) output.add(`All ${all.files} files: ${figuresOf(all)}\n`)
  await output.flush()
  return code
}

function nameOf(input: Input | string): string {
  return typeof input === 'string' ? input : input.name
}

async function proveOne(
  named: readonly [string, EspiFeed][],
  { options, facts, output }: RoundTripCall,
): Promise<Proof> {
  const proof = await proveRoundTrip(
    named.map(([, feed]) => feed),
    fileContext(facts),
  )
  const names = named.map(([name]) => name).join(', ')
  output.add(`${linesOf(names, proof, options.values ?? false).join('\n')}\n`)
  await output.flush()
  return proof
}

/** What became of facts. */
interface Figures {
  files: number
  facts: number
  cameBack: number
  refused: number
  differing: number
}

/** Adds the figures of a proof; gives its exit code. */
function add(all: Figures, proof: Proof): number {
  const differing = proof.lost.length + proof.added.length
  all.files++
  all.facts += proof.facts
  all.cameBack += proof.cameBack
  all.refused += proof.refused.length
  all.differing += differing
  return differing > 0 ? SOMETHING_REFUSED : DONE
}

function figuresOf({ facts, cameBack, refused, differing }: Omit<Figures, 'files'>): string {
  return `${facts} facts, ${cameBack} came back, ${refused} refused by name, ${differing} differing`
}

function linesOf(
  names: string,
  { facts, cameBack, refused, lost, added, translated }: Proof,
  values: boolean,
): string[] {
  const differing = lost.length + added.length
  return [
    `${names}: ${figuresOf({ facts, cameBack, refused: refused.length, differing })}`,
    ...namedLines(translated.refused).map((line) => `  ${line}`),
    ...lost.map((fact) => `  Missing: ${said(fact, values)}`),
    ...added.map((fact) => `  Added: ${said(fact, values)}`),
  ]
}

/** What differs and where; without its value unless that is asked for. */
function said({ text, origins }: Fact, values: boolean): string {
  const [origin] = origins
  const place = origin ? ` in ${nameOfEntry(origin.entry)} (line ${origin.entry.line})` : ''
  if (values) return `${text}${place}`
  const path = origin?.path.map(({ name }) => name).join('.') ?? ''
  const [kind = ''] = text.split(' ', 1)
  return `${path === 'IntervalBlock' ? kind : path}${place}`
}

function fail(reason: string, { stderr }: CommandIo): number {
  stderr.write(`gbcds round-trip: ${reason}\n`)
  return NOT_READABLE
}
