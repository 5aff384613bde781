import { daysBetween, type LocalCalendar, type LocalDay } from '../../shared/local-calendar.ts'
import type { Block, Channel, Window } from './model.ts'

/**
 * The IntervalBlocks of a channel that touch the window, in order of time: one a day, or one a calendar month, cut at the
 * window's own days. Readings are computed when they are asked for.
 */
export function* blocksOf(
  channel: Channel,
  window: Window,
  calendar: LocalCalendar,
  blockLength: 'day' | 'month' = channel.blockLength,
): Generator<Block> {
  for (const days of groupDays(blockLength, window, calendar)) {
    const [first] = days
    const last = days.at(-1)
    if (!first || !last) continue
    const readings = () => days.flatMap((day) => channel.readings(day))
    yield { window: { from: first.start, to: last.end }, readings }
  }
}

function* groupDays(
  blockLength: 'day' | 'month',
  window: Window,
  calendar: LocalCalendar,
): Generator<LocalDay[]> {
  if (blockLength === 'month') return yield* monthsOf(window, calendar)
  for (const day of daysBetween(calendar, window.from, window.to)) yield [day]
}

/** The days of the window, calendar month by calendar month. */
export function* monthsOf(window: Window, calendar: LocalCalendar): Generator<LocalDay[]> {
  let month: LocalDay[] = []
  for (const day of daysBetween(calendar, window.from, window.to)) {
    if (month[0] && month[0].month !== day.month) {
      yield month
      month = []
    }
    month.push(day)
  }
  if (month.length > 0) yield month
}

/** The exact sum of a channel's values in a window of whole local days, in its own `uom` and power of ten. */
export function totalOf(channel: Channel, window: Window, calendar: LocalCalendar): bigint {
  let total = 0n
  for (const day of daysBetween(calendar, window.from, window.to)) {
    for (const { value } of channel.readings(day)) total += value
  }
  return total
}

/** The greatest value of a channel in a window. */
export function peakOf(channel: Channel, window: Window, calendar: LocalCalendar): bigint {
  let peak = 0n
  for (const day of daysBetween(calendar, window.from, window.to)) {
    for (const { value } of channel.readings(day)) if (value > peak) peak = value
  }
  return peak
}
