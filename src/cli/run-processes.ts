import { utilities } from '../../adapters/index.ts'
import { keepSecrets } from '../config/keep-secrets.ts'
import { type ConfigSource, readConfig } from '../config.ts'
import { startSandbox } from '../sandbox/start-sandbox.ts'
import { systemClock } from '../shared/clock.ts'
import { newLogger } from '../shared/logger.ts'
import { openBackends, toStartError } from '../wire-up/backends.ts'
import { wireUp } from '../wire-up/gateway.ts'
import { sandboxOptions } from '../wire-up/sandbox-options.ts'
import { newStopOrder, type StopOrder } from './stop-order.ts'
import { type Stopped, untilStopped } from './until-stopped.ts'

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
  const order = newStopOrder()
  const stopped = untilStopped(order)
  try {
    await startParts(source, parts, { order, stopped }).catch((error: unknown) => {
      throw toStartError(error)
    })
    await stopped.promise
  } catch (error) {
    // Told to stop while it was still waiting for something.
    if (!(error instanceof Error && error.name === 'AbortError' && stopped.signal.aborted)) throw error
  } finally {
    await order.stopAll()
  }
}

async function startParts(
  source: ConfigSource,
  parts: Parts,
  { order, stopped }: { order: StopOrder; stopped: Stopped },
): Promise<void> {
  const { config, secrets } = readConfig(utilities, source)
  const log = newLogger(config.logLevel)
  const { signal, fail } = stopped
  const backends = await openBackends({ config, secrets, log, signal, onDeath: fail })
  order.add('the database and queue connections', backends.close)
  // After the database: it makes the data folder so that its own user may enter.
  const kept = keepSecrets(config, secrets)
  if (config.sandbox.enabled && parts.serve) {
    const sandbox = await startSandbox(sandboxOptions(utilities, { config, secrets: kept, log }))
    order.add('the sandbox', sandbox.close)
  }
  const gateway = wireUp({ config, secrets: kept, backends, clock: systemClock, log })
  order.add('the queues', gateway.close)
  // A port that is taken ends the start before any job does.
  if (parts.serve) order.add('the web server', (await gateway.serve()).stop)
  if (parts.work) order.add('the worker', (await gateway.work()).stop)
  const sandboxUrl = config.sandbox.enabled && parts.serve ? config.sandbox.url : undefined
  parts.ready(gateway.facts, { gateway: config.publicUrl, sandbox: sandboxUrl })
}
