import type { Logger } from '../shared/logger.ts'
import { describe } from './errors.ts'

/** Runs something at once and then again and again, a pause after each; what it throws is logged. `stop` waits for the one under way. */
export function repeatedly(
  run: () => Promise<unknown>,
  { pauseMs, log, what }: { pauseMs: number; log: Pick<Logger, 'error'>; what: string },
): { stop(): Promise<void> } {
  const stopped = Promise.withResolvers<void>()
  let isStopped = false
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      await run().catch((error: unknown) => log.error({ error: describe(error) }, `${what} failed`))
      await Promise.race([stopped.promise, pause(pauseMs)])
    }
  }
  const ended = loop()
  return {
    stop: async () => {
      isStopped = true
      stopped.resolve()
      await ended
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
