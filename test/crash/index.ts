import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Fault, LASTING, lostRefresh, PASSING } from './faults.ts'
import { BACKENDS, type Backend } from './installation.ts'
import { printReport } from './report.ts'
import { type CrashReport, type CrashTest, runCrashTest } from './run.ts'

interface Options {
  backend: Backend
  customers: number
  kills: number
  seconds?: number
  seed: string
  faults: string
  innocent: number
  compare: boolean
  quiet: number
  ready: number
  tokenSeconds: number
  report?: string
}

/** An innocent customer's data may be this much later than in a run without faults. */
const LATER_SECONDS = 120

const names = (faults: readonly Fault[]): string => faults.map(({ name }) => `  ${name}`).join('\n')

const program = new Command('npm run crash-test --')
  .description(
    'Runs a whole installation against a hostile utility, kills its processes at random while customers arrive, and compares everything that every client can read with the truth.',
  )
  .addOption(new Option('--backend <name>', 'where jobs and data are').choices(BACKENDS).default('postgres'))
  .option('--customers <n>', 'how many customers arrive', toNumber, 100)
  .option('--kills <n>', 'how many times a process is killed', toNumber, 60)
  .option('--seconds <n>', 'spread the kills over this time (default: a kill every 0.3 to 3 s)', toNumber)
  .option('--seed <text>', 'what everything random is made from', randomBytes(4).toString('hex'))
  .option('--faults <list>', 'all, none, or names of faults with commas between them', 'all')
  .option(
    '--innocent <n>',
    'so many customers meet no fault, every other one meets one for ever',
    toNumber,
    0,
  )
  .option('--compare', 'run without faults first, and compare the innocent customers', false)
  .option('--quiet <seconds>', 'how long everything may take to heal when the kills are over', toNumber, 180)
  .option('--ready <seconds>', 'how long a killed process may take until it is ready again', toNumber, 10)
  .option('--token-seconds <n>', 'how long an access token of the utility lives', toNumber, 30)
  .option('--report <file>', 'write what came out as JSON')
  .addHelpText(
    'after',
    `\nFaults that pass:\n${names([...PASSING, lostRefresh])}\n\nFaults for ever (--innocent):\n${names(LASTING)}`,
  )
  .action(run)

function toNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number.')
  return Number(text)
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function run(options: Options): Promise<void> {
  say(`seed ${options.seed}`)
  // Processes and folders go when this process ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  const { quiet: quietSeconds, ready: readySeconds, ...others } = options
  const test: CrashTest = {
    ...others,
    seconds: options.seconds,
    quietSeconds,
    readySeconds,
    faults: chooseFaults(options),
    say,
  }
  const plain = options.compare ? await reported({ ...test, faults: [] }, 'without faults') : undefined
  const report = await reported(test, options.compare ? 'with faults' : undefined)
  const late = plain ? laterThan(plain, report) : []
  for (const line of late) say(`  ${line}`)
  if (options.report)
    writeFileSync(options.report, JSON.stringify({ options, plain, report, late }, undefined, 2))
  const passed = [...(plain?.faults ?? []), ...report.faults, ...late].length === 0
  say(`crash test: ${passed ? 'passed' : 'FAILED'} (seed ${options.seed})`)
  process.exit(passed ? 0 : 1)
}

async function reported(test: CrashTest, title: string | undefined): Promise<CrashReport> {
  if (title) say(`\nRun ${title}`)
  const report = await runCrashTest(test)
  printReport(test, report, say)
  return report
}

function chooseFaults({ faults, innocent }: Options): readonly Fault[] {
  if (faults === 'none') return []
  const known = innocent > 0 ? LASTING : [...PASSING, lostRefresh]
  // A lost answer to a refresh that works once ends the authorization at the utility: that is asked for by name only.
  if (faults === 'all') return innocent > 0 ? LASTING : PASSING
  return faults.split(',').map((name) => {
    const found = known.find((fault) => fault.name === name.trim())
    if (!found) throw new Error(`there is no fault "${name.trim()}": see --help`)
    return found
  })
}

function laterThan(plain: CrashReport, report: CrashReport): string[] {
  return Object.entries(report.innocents).flatMap(([username, seconds]) => {
    const before = plain.innocents[username]
    if (before === undefined || seconds === undefined) return [`${username} was not complete in both runs`]
    const later = seconds - before
    return later > LATER_SECONDS
      ? [`${username} was complete ${Math.round(later)} s later than without faults`]
      : []
  })
}

await program.parseAsync()
