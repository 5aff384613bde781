import type { Entry, EspiFeed, IntervalBlock } from '../../espi/model.ts'
import type { Readings } from '../../espi/readings.ts'
import { timesOf } from './block-times.ts'
import type { Quirks } from './quirks.ts'

/** Green Button data is not older (1990-01-01). */
const OLDEST = 631_152_000
const DAY = 86_400

/** What is odd about the readings of a feed. `now` is in epoch seconds. */
export function findReadingQuirks({ entries, readings }: EspiFeed, now: number, quirks: Quirks): void {
  for (const entry of entries) {
    for (const payload of entry.payloads) {
      if (payload.type === 'intervalBlock') findBlockQuirks({ entry, block: payload, readings, now }, quirks)
    }
  }
}

interface Block {
  entry: Entry
  block: IntervalBlock
  readings: Readings
  now: number
}

function findBlockQuirks({ entry, block, readings, now }: Block, quirks: Quirks): void {
  if (block.from === block.to) quirks.add('empty_block', 'An IntervalBlock holds no reading.', entry)
  for (const { code, field, count } of block.faults) {
    quirks.add(
      `${code} ${field}`,
      'A reading, or a part of it, cannot be read and is left out.',
      entry,
      count,
    )
  }
  const durations = new Set<number>()
  let before: { start: number; end: number } | undefined
  for (const { start, duration } of timesOf(block, readings)) {
    if (duration !== undefined) durations.add(duration)
    if (duration === 0) quirks.add('zero_duration', 'A reading has no length.', entry)
    if (start === undefined) {
      quirks.add('no_own_time', 'A reading has no time of its own and follows the one before it.', entry)
      continue
    }
    findOrderQuirks(start, before, entry, quirks)
    if (start < OLDEST || start > now + DAY) {
      quirks.add('odd_date', 'A reading lies before 1990 or in the future.', entry)
    }
    before = { start, end: start + (duration ?? 0) }
  }
  if (durations.size > 1) {
    quirks.add('several_durations', 'Readings of one block have several lengths.', entry)
  }
}

function findOrderQuirks(
  start: number,
  before: { start: number; end: number } | undefined,
  entry: Entry,
  quirks: Quirks,
): void {
  if (!before) return
  if (start < before.start) quirks.add('descending', 'A reading lies before the one above it.', entry)
  else if (start === before.start) quirks.add('same_time', 'Two readings begin at the same time.', entry)
  else if (start < before.end)
    quirks.add('overlapping', 'A reading begins before the one above it ends.', entry)
  else if (start > before.end && before.end > before.start) {
    quirks.add('hole_in_block', 'Time is missing between two readings.', entry)
  }
}
