import { once } from 'node:events'
import type { SandboxClient } from '../sandbox/options.ts'
import { startSandbox } from '../sandbox/start-sandbox.ts'
import { systemClock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'

export interface SandboxCommand {
  readonly host: string
  readonly port: number
  readonly publicUrl?: string | undefined
  readonly seed: string
  readonly timezone: string
  readonly files?: string | undefined
  readonly stateFile?: string | undefined
  readonly clients: readonly SandboxClient[]
  readonly log: Logger
  /** Where the URLs are printed. */
  readonly print: (line: string) => void
  /** Ends the run: aborted on Ctrl-C or SIGTERM by the caller. */
  readonly stop: AbortSignal
}

/** Runs the simulated utility alone, until it is told to stop. */
export async function run(options: SandboxCommand): Promise<void> {
  const sandbox = await startSandbox({ ...options, clock: systemClock })
  options.print(`Sandbox utility: ${sandbox.url}/`)
  if (!options.stop.aborted) await once(options.stop, 'abort')
  await sandbox.close()
}
