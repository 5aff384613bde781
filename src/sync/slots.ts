import { UpstreamError } from '../shared/errors.ts'

/** The slots of one worker at one utility: so many jobs run there at once. */
export interface Slots {
  /** Runs something in a slot. Its signal ends it when it takes too long while others wait. */
  hold<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export interface SlotsOptions {
  utilityId: string
  /** Jobs that run at once. Not more than half of them may be slow. */
  size: number
  /** Whether jobs wait for a slot. */
  othersWait(): Promise<boolean>
  /** A job that takes longer is slow. */
  slowAfterMs?: number
}

const SLOW_AFTER_MS = 30_000
/** At a utility that always takes long, what is slow is measured by what got through. */
const TIMES_THE_USUAL = 3
const REMEMBERED = 20

/**
 * Keeps slow answers from holding every slot: when half of them are slow and others wait, the next that becomes slow is ended, to be tried again
 * later; those that were slow before it are left to finish.
 */
export function newSlots({ utilityId, size, othersWait, slowAfterMs = SLOW_AFTER_MS }: SlotsOptions): Slots {
  const slow = new Set<AbortController>()
  const through: number[] = []
  const limit = () => Math.max(slowAfterMs, TIMES_THE_USUAL * median(through))

  async function becomeSlow(controller: AbortController): Promise<void> {
    const isFull = slow.size >= Math.floor(size / 2)
    if (isFull && (await othersWait().catch(() => false))) {
      const why = `${utilityId} takes too long to answer one customer while others wait`
      controller.abort(new UpstreamError(why, { utilityId }))
    } else slow.add(controller)
  }

  return {
    hold: async (run) => {
      const controller = new AbortController()
      const start = performance.now()
      const timer = setTimeout(() => void becomeSlow(controller), limit())
      try {
        const result = await run(controller.signal)
        through.push(performance.now() - start)
        if (through.length > REMEMBERED) through.shift()
        return result
      } finally {
        clearTimeout(timer)
        slow.delete(controller)
      }
    },
  }
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0
}
