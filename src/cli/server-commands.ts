import type { Command } from 'commander'
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

  withSettings(program.command('check-config'))
    .description('Check the configuration and print it, secrets masked')
    .action(async (options) => (await import('./check-config.ts')).run({ flags: toFlags(options) }))
}
