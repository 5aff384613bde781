import { type Command, InvalidArgumentError } from 'commander'
import { toFlags, withSettings } from './setting-options.ts'

/** The commands that take settings, one statement each. */
export function addServerCommands(program: Command): void {
  withSettings(program.command('start'))
    .description('Run everything in one process: web, worker, embedded database, sandbox utility')
    .action(async (options) => (await import('./start.ts')).run({ flags: toFlags(options) }))

  withSettings(program.command('serve'))
    .description('Run the web side; production runs several')
    .action(async (options) => (await import('./serve.ts')).run({ flags: toFlags(options) }))

  withSettings(program.command('work'))
    .description('Run a worker that fetches and translates; production runs several')
    .action(async (options) => (await import('./work.ts')).run({ flags: toFlags(options) }))

  withSettings(program.command('sandbox'))
    .description('Run the simulated Green Button utility alone')
    .action(async (options) => (await import('./sandbox.ts')).run({ flags: toFlags(options) }))

  withSettings(program.command('reseal'))
    .description('Seal everything again with the current key, so that older ones can be dropped')
    .option('--dry-run', 'only count what each key has sealed')
    .action(async (options) => {
      process.exitCode = await (await import('./reseal.ts')).run(
        { flags: toFlags(options) },
        { dryRun: options.dryRun === true },
      )
    })

  withSettings(program.command('status'))
    .description('Show how syncing stands: runs, pauses, daily rounds, what was given up')
    .option('--json', 'as JSON')
    .option('--notes <number>', 'how many notes to show', wholeNumber, 20)
    .option('--resume <utility>', 'ask a paused utility again at once')
    .action(async (options) => {
      const { json = false, notes, resume } = options
      const status = await import('./status.ts')
      process.exitCode = await status.run({ flags: toFlags(options) }, { json, notes, resume })
    })

  withSettings(program.command('check-config'))
    .description('Check the configuration and print it, secrets masked')
    .action(async (options) => (await import('./check-config.ts')).run({ flags: toFlags(options) }))
}

function wholeNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Write a whole number up to 9999.')
}
