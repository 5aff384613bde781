import { Command } from 'commander'
import { NOT_STARTED } from './cli/exit-codes.ts'
import { DONE, NOT_READABLE } from './cli/io.ts'
import { endUnexpectedly, installLastResort } from './cli/last-resort.ts'
import { isFileError, reasonOf } from './cli/read-input.ts'
import { GatewayError } from './shared/errors.ts'

const program = new Command('gbcds')
  .description('A gateway from Green Button Connect My Data to Connected Data Specifications.')
  .helpCommand(false)
  .configureOutput({ outputError: (text, write) => write(`gbcds: ${text.replace(/^error: /, '')}`) })
  .showHelpAfterError('See --help.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === DONE ? DONE : NOT_READABLE))

// Each command loads its file when it runs; those that read files need neither settings nor server code.
const READS_FILES = ['translate', 'round-trip', 'to-espi', 'inspect']
const readsFiles = READS_FILES.includes(process.argv[2] ?? '')
if (!readsFiles) {
  installLastResort()
  const { addServerCommands } = await import('./cli/server-commands.ts')
  addServerCommands(program)
}

withFacts(program.command('translate'))
  .description('Translate Green Button files to CDS; exit code 1: something refused, 2: a file not readable')
  .argument('<files...>', "files, plain or gzip; quoted patterns such as 'data/*.xml'; - for stdin")
  .option('--segments <length>', 'what one usage segment covers: day, or month of the local calendar', 'day')
  .option('--now <datetime>', 'stamp of the objects, default the current time')
  .option('--format <format>', 'json, ndjson (a line per object) or csv (a row per value)', 'json')
  .option('--pretty', 'indent the JSON')
  .option('--out <folder>', 'one output per file, instead of all in one on stdout')
  .option('--force', 'replace files that are there already')
  .option('--report <file>', 'also write a report, .json or .html; may be given twice', collect)
  .option('--strict', 'write nothing when anything is refused')
  .action(async (files, options) => {
    process.exitCode = await (await import('./cli/translate.ts')).run(files, options)
  })

withFacts(program.command('round-trip'))
  .description(
    'Translate to CDS and back, and show what came back; exit code 1: something differs, 2: a file not readable',
  )
  .argument('<files...>', "files, plain or gzip; quoted patterns such as 'data/*.xml'; - for stdin")
  .option('--together', 'the files belong together, as a usage feed and its customer feed do')
  .option('--values', 'show what differs, not only where; it may be personal')
  .action(async (files, options) => {
    process.exitCode = await (await import('./cli/round-trip.ts')).run(files, options)
  })

program
  .command('to-espi')
  .description(
    'Write CDS objects as an ESPI feed; exit code 1: ESPI cannot say something, 2: a file not readable',
  )
  .argument('<files...>', 'JSON or ndjson of gbcds translate, or answers of a CDS server; - for stdin')
  .option('--timezone <zone>', 'IANA zone of the local dates in bills and contracts')
  .option('--now <datetime>', 'updated of the feed, default the current time')
  .action(async (files, options) => {
    process.exitCode = await (await import('./cli/to-espi.ts')).run(files, options)
  })

program
  .command('inspect')
  .description('Show the tree of a Green Button feed, how its links were resolved, and its quirks')
  .argument('<files...>', 'files that belong together, plain or gzip; - for stdin')
  .option('--json', 'everything as JSON, each entry with its links')
  .option('--entries', 'show each entry of a meter reading, not only how many there are')
  .action(async (files, options) => {
    process.exitCode = await (await import('./cli/inspect.ts')).run(files, options)
  })

/** The options that name what a translation must know and no file says. */
function withFacts(command: Command): Command {
  return command
    .option('--utility <id>', 'an adapter whose zone, currency, entity and billing quirks to use')
    .option(
      '--timezone <zone>',
      'IANA zone of usage days, bill and contract dates; else that of --utility, else UTC',
    )
    .option('--currency <code>', 'ISO 4217 code of costs whose feed names none')
    .option('--billing <file>', 'JSON with the billing quirks of a utility, see docs/translate.md')
}

function collect(value: string, known: string[] = []): string[] {
  return [...known, value]
}

try {
  await program.parseAsync()
} catch (error) {
  const isOutput = isFileError(error) && readsFiles
  // Ours say what is wrong and how to mend it; anything else is a mistake in the program, and shows where. A server meets customers'
  // data, and tells no more than the place.
  if (!(error instanceof GatewayError) && !readsFiles) endUnexpectedly('command', error)
  const text = isOutput
    ? `the output cannot be written: ${reasonOf(error.code)}`
    : error instanceof GatewayError
      ? error.message
      : error instanceof Error
        ? error.stack
        : error
  process.stderr.write(`gbcds: ${text}\n`)
  process.exitCode = isOutput ? NOT_READABLE : NOT_STARTED
}
