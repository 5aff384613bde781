import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../shared/code-of.ts'
import { GatewayError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'

/** PostgreSQL or Redis cannot be used; the message says why and what to do. */
export class NotReadyError extends GatewayError {
  readonly permanent = true
}

/** A server that may be starting too. */
export interface Server {
  name: string
  /** The setting that says where it is. */
  setting: string
  /** Whether waiting may mend it. */
  isPassing(error: unknown): boolean
  /** The end of a sentence that begins with the name, where only an operator can mend it. */
  adviceFor(error: unknown): string | undefined
}

export interface Patience {
  waitMs: number
  /** Ends the wait. */
  signal: AbortSignal
  log: Pick<Logger, 'warn' | 'info'>
}

const PAUSE_MS = 250
const SAY_EVERY_MS = 5_000

/**
 * Does something with a server as soon as the server lets us. Waiting is told at once and every five seconds; it ends with a
 * NotReadyError after `waitMs`, or at once where it cannot help.
 */
export async function whenReady<T>(run: () => Promise<T>, server: Server, patience: Patience): Promise<T> {
  const begun = performance.now()
  let said = Number.NEGATIVE_INFINITY
  for (;;) {
    try {
      return await run()
    } catch (error) {
      const waitedMs = performance.now() - begun
      throwIfHopeless(error, server, waitedMs < patience.waitMs)
      if (performance.now() - said >= SAY_EVERY_MS) {
        said = performance.now()
        patience.log.warn({ error: codeOf(error) }, `waiting for ${server.name}`)
      }
      await sleep(PAUSE_MS, undefined, { signal: patience.signal })
    }
  }
}

function throwIfHopeless(error: unknown, { name, setting, ...server }: Server, mayWait: boolean): void {
  const advice = server.adviceFor(error)
  if (advice !== undefined) throw new NotReadyError(`${name} ${advice}.`, { cause: error })
  // Not a fault of the server's: it may be a mistake of ours.
  if (!server.isPassing(error)) throw error
  if (mayWait) return
  throw new NotReadyError(
    `${name} is not ready (${codeOf(error)}): is it running, and does ${setting} say where? START_WAIT_SECONDS says how long to wait.`,
    { cause: error },
  )
}
