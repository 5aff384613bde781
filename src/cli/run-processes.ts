import { utilities } from '../../adapters/index.ts'
import { keepSecrets } from '../config/keep-secrets.ts'
import { type ConfigSource, readConfig } from '../config.ts'
import { startSandbox } from '../sandbox/start-sandbox.ts'
import { systemClock } from '../shared/clock.ts'
import { newLogger } from '../shared/logger.ts'
import { openBackends } from '../wire-up/backends.ts'
import { type Running, wireUp } from '../wire-up/gateway.ts'
import { sandboxOptions } from '../wire-up/sandbox-options.ts'
import { untilStopped } from './until-stopped.ts'

/** Which parts run in this process. */
export interface Parts {
  serve: boolean
  work: boolean
  /** Said once everything runs. */
  ready(
    facts: ReturnType<typeof wireUp>['facts'],
    urls: { gateway: string; sandbox: string | undefined },
  ): void
}

/** Runs parts of the gateway until Ctrl-C or SIGTERM; stops what was started in the opposite order. */
export async function runProcesses(source: ConfigSource, parts: Parts): Promise<void> {
  const { config, secrets } = readConfig(utilities, source)
  const log = newLogger(config.logLevel)
  const stopped = untilStopped()
  const started: Running[] = []
  try {
    const backends = await openBackends({ config, secrets, log, onDeath: stopped.fail })
    started.push({ stop: backends.close })
    // After the database: it makes the data folder so that its own user may enter.
    const kept = keepSecrets(config, secrets)
    if (config.sandbox.enabled && parts.serve) {
      const sandbox = await startSandbox(sandboxOptions(utilities, { config, secrets: kept, log }))
      started.push({ stop: sandbox.close })
    }
    const gateway = wireUp({ config, secrets: kept, backends, clock: systemClock, log })
    started.push({ stop: gateway.close })
    // A port that is taken ends the start before any job does.
    if (parts.serve) started.push(await gateway.serve())
    if (parts.work) started.push(await gateway.work())
    const sandboxUrl = config.sandbox.enabled && parts.serve ? config.sandbox.url : undefined
    parts.ready(gateway.facts, { gateway: config.publicUrl, sandbox: sandboxUrl })
    await stopped.promise
  } finally {
    for (const running of started.reverse()) await running.stop()
  }
}
