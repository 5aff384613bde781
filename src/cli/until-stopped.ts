import { NOT_STOPPED_IN_TIME, STOPPED_AT_ONCE } from './exit-codes.ts'
import type { StopOrder } from './stop-order.ts'

export interface Stopped {
  /** Resolves on the first Ctrl-C or SIGTERM, rejects when something fails that nothing can go on without. */
  promise: Promise<void>
  /** Aborted as soon as the end was asked for: what only waits may stop waiting. */
  signal: AbortSignal
  fail(error: Error): void
}

/** Longer than requests may take to end (`shared/listen.ts`), and than the embedded server's fast shutdown usually does. */
const PATIENCE_MS = 30_000

/**
 * Waits for the end of the process. A second signal ends it at once, whatever is still under way; what has not stopped in time is
 * named, and the process ends without it: jobs that were cut are taken up by the next worker.
 */
export function untilStopped(order: Pick<StopOrder, 'left'>, patienceMs = PATIENCE_MS): Stopped {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const asked = new AbortController()
  const end = (): void => {
    const left = order.left()
    const what = left.length === 0 ? 'the start' : left.join(', ')
    process.stderr.write(`gbcds: not stopped within ${patienceMs / 1000} s: ${what}\n`)
    process.exit(NOT_STOPPED_IN_TIME)
  }
  const ask = (): void => {
    asked.abort()
    setTimeout(end, patienceMs).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked.signal.aborted) process.exit(STOPPED_AT_ONCE)
      ask()
      resolve()
    })
  }
  // The rejection may come before anybody waits.
  promise.catch(() => {})
  const fail = (error: Error): void => {
    if (!asked.signal.aborted) ask()
    reject(error)
  }
  return { promise, signal: asked.signal, fail }
}
