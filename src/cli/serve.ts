import type { ConfigSource } from '../config.ts'
import { runProcesses } from './run-processes.ts'

/** The HTTP side alone; production runs as many as it needs. */
export async function run(source: ConfigSource): Promise<void> {
  await runProcesses(source, {
    serve: true,
    work: false,
    ready: (_facts, { gateway }) => process.stdout.write(`Gateway: ${gateway}/\n`),
  })
}
