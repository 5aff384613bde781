export interface Stopped {
  /** Resolves on the first Ctrl-C or SIGTERM, rejects when something fails that nothing can go on without. */
  promise: Promise<void>
  fail(error: Error): void
}

/** Waits for the end of the process. A second signal ends it at once, whatever is still under way. */
export function untilStopped(): Stopped {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(130)
      asked = true
      resolve()
    })
  }
  // The rejection may come before anybody waits.
  promise.catch(() => {})
  return { promise, fail: reject }
}
