import type { Command } from 'commander'
import { SETTINGS, type SettingName } from '../config/settings.ts'
import type { Flags } from '../config.ts'

/** The settings that also have an option, because people change them from run to run. */
const OPTIONS = {
  host: ['--host <address>', 'HOST'],
  port: ['--port <number>', 'PORT'],
  publicUrl: ['--public-url <url>', 'PUBLIC_URL'],
  data: ['--data <folder>', 'DATA_DIR'],
  metricsPort: ['--metrics-port <number>', 'METRICS_PORT'],
  sandboxPort: ['--sandbox-port <number>', 'SANDBOX_PORT'],
  sandboxFiles: ['--sandbox-files <folder>', 'SANDBOX_FILES'],
} as const satisfies Record<string, readonly [flags: string, setting: SettingName]>

/** Gives a command the options that override settings. */
export function withSettings(command: Command): Command {
  for (const [flags, setting] of Object.values(OPTIONS)) {
    command.option(flags, `${SETTINGS[setting].meaning} (${setting})`)
  }
  return command
}

/** What commander parsed becomes settings; an option that was not given overrides nothing. */
export function toFlags(options: Record<string, unknown>): Flags {
  const given = Object.entries(OPTIONS).map(([key, [, setting]]) => [setting, options[key]])
  return Object.fromEntries(given.filter(([, value]) => typeof value === 'string'))
}
