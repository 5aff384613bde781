import { type LocalCalendar, type LocalDay, wallHour } from '../../shared/local-calendar.ts'
import type { Randomness } from '../random.ts'
import type { LoadShape } from './load-shapes.ts'
import type { Channel, Reading, ReadingType } from './model.ts'

/** What one reading says beside its value; `undefined` leaves the reading out. */
export type Marks = (at: number, day: LocalDay) => { quality?: number; tou?: number } | undefined

interface ChannelFacts {
  readonly id: string
  readonly readingType: ReadingType
  readonly shape: LoadShape
  readonly marks?: Marks
}

/** A channel that reads every `intervalLength` seconds, one IntervalBlock a day. */
export function intervalChannel({ id, readingType, shape, marks = noMarks }: ChannelFacts): Channel {
  return {
    id,
    readingType,
    blockLength: 'day',
    readings: (day) => {
      const readings: Reading[] = []
      for (let start = day.start; start < day.end; start += readingType.intervalLength) {
        const said = marks(start, day)
        if (!said) continue
        const value = BigInt(shape(start, day))
        readings.push({ start, duration: readingType.intervalLength, value, ...said })
      }
      return readings
    },
  }
}

/** A channel that reads once a local day, so 23, 24 or 25 hours; one IntervalBlock a month. */
export function dailyChannel({ id, readingType, shape }: ChannelFacts): Channel {
  return {
    id,
    readingType,
    blockLength: 'month',
    readings: (day) => [
      { start: day.start, duration: day.end - day.start, value: BigInt(shape(day.start, day)) },
    ],
  }
}

/** A meter at a house with panels counts what comes in and what goes out; in one interval it can count both. */
export function netted(load: LoadShape, output: LoadShape): { delivered: LoadShape; received: LoadShape } {
  const balance: LoadShape = (at, day) => load(at, day) - output(at, day)
  return {
    delivered: (at, day) => Math.max(0, balance(at, day)),
    received: (at, day) => Math.max(0, -balance(at, day)),
  }
}

/** The mean power of each interval of an energy shape, exact: energy × 3600 ÷ interval must be whole. */
export function meanPower(energy: LoadShape, intervalLength: number): LoadShape {
  return (at, day) => energy(at, day) * (3600 / intervalLength)
}

const noMarks: Marks = () => ({})

/** Every reading carries the same quality. */
export function allOfQuality(quality: number): Marks {
  return () => ({ quality })
}

/**
 * A meter that is not always reached: on some days an evening is estimated (quality 8, reference day), now and then one
 * interval is interpolated (9); on the 17th of June and December two hours after 13:00 are missing.
 */
export function sometimesUnreached(calendar: LocalCalendar, random: Randomness): Marks {
  return (at, day) => {
    const hour = wallHour(calendar, day, at)
    if (day.dayOfMonth === 17 && day.month % 6 === 0 && (hour === 13 || hour === 14)) return undefined
    if (random(day.start, 3) % 29 === 0 && hour >= 18) return { quality: 8 }
    return random(at, 4) % 997 === 0 ? { quality: 9 } : {}
  }
}

/** Time of use: 1 on peak (working days 14:00 to 19:00), 2 mid peak (07:00 to 14:00 and 19:00 to 22:00), 3 off peak. */
export function timeOfUse(calendar: LocalCalendar): Marks {
  return (at, day) => {
    const hour = wallHour(calendar, day, at)
    if (day.weekday % 6 === 0 || hour < 7 || hour >= 22) return { tou: 3 }
    return { tou: hour >= 14 && hour < 19 ? 1 : 2 }
  }
}
