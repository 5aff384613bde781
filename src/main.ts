import { Command } from 'commander'
import { toFlags, withSettings } from './cli/setting-options.ts'
import { GatewayError } from './shared/errors.ts'

const program = new Command('gbcds')
  .description('A gateway from Green Button Connect My Data to Connected Data Specifications.')
  .helpCommand(false)

// One statement a command. Each loads its file when it runs, so that `translate` waits for no server code.

withSettings(program.command('start'))
  .description('Run everything in one process: web, worker, embedded database, sandbox utility')
  .action(async (options) => (await import('./cli/start.ts')).run({ flags: toFlags(options) }))

withSettings(program.command('serve'))
  .description('Run the web side; production runs several')
  .action(async (options) => (await import('./cli/serve.ts')).run({ flags: toFlags(options) }))

withSettings(program.command('work'))
  .description('Run a worker that fetches and translates; production runs several')
  .action(async (options) => (await import('./cli/work.ts')).run({ flags: toFlags(options) }))

withSettings(program.command('sandbox'))
  .description('Run the simulated Green Button utility alone')
  .action(async (options) => (await import('./cli/sandbox.ts')).run({ flags: toFlags(options) }))

withSettings(program.command('check-config'))
  .description('Check the configuration and print it, secrets masked')
  .action(async (options) => (await import('./cli/check-config.ts')).run({ flags: toFlags(options) }))

program
  .command('translate')
  .description('Translate Green Button files to CDS; exit code 1: something refused, 2: a file not readable')
  .argument('<files...>', "files, plain or gzip; quoted patterns such as 'data/*.xml'; - for stdin")
  .option('--timezone <zone>', 'IANA zone in which a day of usage begins')
  .option('--now <datetime>', 'stamp of the objects, default the current time')
  .option('--currency <code>', 'ISO 4217 code of costs whose feed names none')
  .option('--format <format>', 'json, ndjson (a line per object) or csv (a row per value)', 'json')
  .option('--pretty', 'indent the JSON')
  .option('--out <folder>', 'one output per file, instead of all in one on stdout')
  .option('--force', 'replace files that are there already')
  .option('--report <file>', 'also write a report, .json or .html; may be given twice', collect)
  .option('--strict', 'write nothing when anything is refused')
  .action(async (files, options) => {
    process.exitCode = await (await import('./cli/translate.ts')).run(files, options)
  })

program
  .command('round-trip')
  .description(
    'Translate to CDS and back, and show what came back; exit code 1: something differs, 2: a file not readable',
  )
  .argument('<files...>', "files, plain or gzip; quoted patterns such as 'data/*.xml'; - for stdin")
  .option('--timezone <zone>', 'IANA zone in which a day of usage begins')
  .option('--currency <code>', 'ISO 4217 code of costs whose feed names none')
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

function collect(value: string, known: string[] = []): string[] {
  return [...known, value]
}

try {
  await program.parseAsync()
} catch (error) {
  // Ours say what is wrong and how to mend it; anything else is a mistake in the program, and shows where.
  const text = error instanceof GatewayError ? error.message : error instanceof Error ? error.stack : error
  process.stderr.write(`gbcds: ${text}\n`)
  process.exitCode = 1
}
