/** What was started, to be stopped in the opposite order. */
export interface StopOrder {
  add(name: string, stop: () => Promise<void>): void
  /** Names of what still runs, the next to be stopped first. */
  left(): string[]
  /** Stops everything; one that fails keeps none of the others running. Throws the first failure at the end. */
  stopAll(): Promise<void>
}

/** An empty order. */
export function newStopOrder(): StopOrder {
  const started: { name: string; stop: () => Promise<void> }[] = []
  return {
    add: (name, stop) => void started.unshift({ name, stop }),
    left: () => started.map(({ name }) => name),
    stopAll: async () => {
      const failures: unknown[] = []
      for (let next = started[0]; next; next = started[0]) {
        await next.stop().catch((error: unknown) => failures.push(error))
        started.shift()
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
