import type { IntervalBlock } from '../../espi/model.ts'
import type { Readings } from '../../espi/readings.ts'

export interface TimedReading {
  /** Epoch seconds; undefined when it follows the one before it. */
  start: number | undefined
  /** Seconds. */
  duration: number | undefined
}

/** The times of a block's readings, as written. */
export function* timesOf({ from, to }: IntervalBlock, readings: Readings): Generator<TimedReading> {
  for (let row = from; row < to; row++) {
    const start = readings.start(row)
    yield { start: start >= 0 ? start : undefined, duration: readings.duration(row) }
  }
}

/** From the first to the last moment of a block; undefined when nothing tells. */
export function rangeOf(
  block: IntervalBlock,
  readings: Readings,
  intervalLength = 0,
): { start: number; end: number } | undefined {
  let start = Number.POSITIVE_INFINITY
  let end = Number.NEGATIVE_INFINITY
  for (const time of timesOf(block, readings)) {
    if (time.start === undefined) continue
    start = Math.min(start, time.start)
    end = Math.max(end, time.start + (time.duration ?? intervalLength))
  }
  if (start <= end) return { start, end }
  return block.start === undefined
    ? undefined
    : { start: block.start, end: block.start + (block.duration ?? 0) }
}
