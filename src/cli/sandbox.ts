import { utilities } from '../../adapters/index.ts'
import { type ConfigSource, readConfig } from '../config.ts'
import { startSandbox } from '../sandbox/start-sandbox.ts'
import { newLogger } from '../shared/logger.ts'
import { sandboxOptions } from '../wire-up/sandbox-options.ts'
import { newStopOrder } from './stop-order.ts'
import { untilStopped } from './until-stopped.ts'

/** The simulated utility alone, until it is told to stop. */
export async function run(source: ConfigSource): Promise<void> {
  const { config, secrets } = readConfig(utilities, source)
  const order = newStopOrder()
  const stopped = untilStopped(order)
  const log = newLogger(config.logLevel)
  const sandbox = await startSandbox(sandboxOptions(utilities, { config, secrets, log }))
  order.add('the sandbox', sandbox.close)
  process.stdout.write(`Sandbox: ${config.sandbox.url}/\n`)
  await stopped.promise
  await order.stopAll()
}
