import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'

/** The least speed of a body: so many bytes within so many seconds of waiting for it. */
export interface LeastPace {
  seconds: number
  bytesPerSecond: number
}

export const LEAST_PACE: LeastPace = { seconds: 30, bytesPerSecond: 1000 }

const SLOTS = 30

/** The utility sends so slowly that it would hold its place in the queue for hours. */
export class TooSlowError extends Error {
  readonly code = 'TOO_SLOW'
}

/**
 * The bytes of a body as they come off the wire. Only the time spent waiting for the next piece counts, from the first byte on:
 * a reader that takes its time does not make the sender slow, and a sender that is still thinking is bounded elsewhere. Throws
 * TooSlowError as soon as a whole window of waiting has brought too little.
 */
export async function* paced(body: Readable, least: LeastPace): AsyncGenerator<Uint8Array> {
  const window = new WaitingWindow(least)
  const pieces: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]()
  let hasBegun = false
  try {
    for (;;) {
      const asked = performance.now()
      const timer = hasBegun && watch(body, window, asked)
      const next = await pieces.next().finally(() => clearInterval(timer || undefined))
      if (next.done) return
      if (hasBegun) window.waited(performance.now() - asked)
      window.received(next.value.length)
      hasBegun = true
      if (window.isTooSlow()) throw new TooSlowError('too few bytes')
      yield next.value
    }
  } finally {
    body.destroy()
  }
}

/** Ends the body when nothing, or too little, has come for too long. */
function watch(body: Readable, window: WaitingWindow, since: number): NodeJS.Timeout {
  const check = (): void => {
    if (window.isTooSlow(performance.now() - since)) body.destroy(new TooSlowError('too few bytes'))
  }
  return setInterval(check, window.slotMs).unref()
}

/** How many bytes the last seconds of waiting brought. */
class WaitingWindow {
  readonly slotMs: number
  private readonly lengthMs: number
  private readonly leastBytes: number
  private readonly slots: { at: number; bytes: number }[] = []
  private bytes = 0
  private waitedMs = 0

  constructor({ seconds, bytesPerSecond }: LeastPace) {
    this.lengthMs = seconds * 1000
    this.slotMs = this.lengthMs / SLOTS
    this.leastBytes = seconds * bytesPerSecond
  }

  waited(ms: number): void {
    this.waitedMs += ms
  }

  received(bytes: number): void {
    this.bytes += bytes
    const last = this.slots.at(-1)
    if (last && this.waitedMs - last.at < this.slotMs) last.bytes += bytes
    else this.slots.push({ at: this.waitedMs, bytes })
  }

  isTooSlow(waitingMs = 0): boolean {
    const now = this.waitedMs + waitingMs
    for (let first = this.slots[0]; first && first.at + this.lengthMs < now; first = this.slots[0]) {
      this.bytes -= first.bytes
      this.slots.shift()
    }
    return now >= this.lengthMs && this.bytes < this.leastBytes
  }
}
