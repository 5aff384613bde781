import type { ConfigSource } from '../config.ts'
import { runProcesses } from './run-processes.ts'

/** A worker alone; production runs as many as it needs. */
export async function run(source: ConfigSource): Promise<void> {
  await runProcesses(source, {
    serve: false,
    work: true,
    ready: () => process.stdout.write('Worker: running\n'),
  })
}
