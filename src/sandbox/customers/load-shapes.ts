import { type LocalCalendar, type LocalDay, wallHour } from '../../shared/local-calendar.ts'
import type { Randomness } from '../random.ts'

/**
 * How much flows in one interval, as whole units: everything here is integer arithmetic far below 2⁵³, so each number is
 * exact and the same on every machine.
 */
export type LoadShape = (at: number, day: LocalDay) => number

/** Parts of a hundred of the day's mean, by local hour. */
const HOME = [
  45, 40, 38, 38, 42, 60, 95, 120, 105, 90, 85, 85, 90, 88, 85, 90, 110, 150, 185, 190, 175, 140, 95, 60,
]
const WORKS = [
  55, 55, 55, 55, 58, 70, 95, 130, 155, 160, 160, 158, 150, 158, 160, 155, 140, 115, 90, 75, 65, 60, 56, 55,
]
const SUN = [0, 0, 0, 0, 0, 2, 20, 75, 150, 230, 300, 345, 360, 345, 300, 230, 150, 75, 20, 2, 0, 0, 0, 0]

/** Parts of a hundred of the year's mean, by month. */
const ELECTRIC_SEASON = [120, 112, 98, 86, 84, 100, 124, 122, 98, 84, 90, 112]
const HEATING_SEASON = [230, 215, 165, 95, 45, 22, 18, 18, 28, 75, 140, 205]
const SUN_SEASON = [48, 66, 92, 116, 134, 146, 144, 128, 104, 76, 52, 40]
const GARDEN_SEASON = [60, 60, 70, 90, 120, 150, 165, 160, 120, 90, 60, 55]

/** A home's electricity. */
export function homeLoad(mean: number, calendar: LocalCalendar, random: Randomness): LoadShape {
  return (at, day) => {
    const hour = wallHour(calendar, day, at)
    const weekend = day.weekday % 6 === 0 ? 112 : 100
    return vary(shaped(mean, of(HOME, hour), of(ELECTRIC_SEASON, day.month - 1), weekend), at, random)
  }
}

/** A business: little at night and at weekends. */
export function worksLoad(mean: number, calendar: LocalCalendar, random: Randomness): LoadShape {
  return (at, day) => {
    const hour = wallHour(calendar, day, at)
    const weekend = day.weekday % 6 === 0 ? 45 : 108
    return vary(shaped(mean, of(WORKS, hour), of(ELECTRIC_SEASON, day.month - 1), weekend), at, random)
  }
}

/** What solar panels produce: nothing at night, less under clouds that last an hour. */
export function solarOutput(mean: number, calendar: LocalCalendar, random: Randomness): LoadShape {
  return (at, day) => {
    const hour = wallHour(calendar, day, at)
    const clouds = 35 + (random(Math.floor(at / 3600), 2) % 66)
    return vary(shaped(mean, of(SUN, hour), of(SUN_SEASON, day.month - 1), clouds), at, random)
  }
}

/** Gas for heating, by the hour or by the day. */
export function heatingLoad(mean: number, calendar: LocalCalendar, random: Randomness): LoadShape {
  return (at, day) => {
    const hour = wallHour(calendar, day, at)
    return vary(shaped(mean, of(WORKS, hour) + 40, of(HEATING_SEASON, day.month - 1), 100), at, random)
  }
}

/** Water of a farm: most in summer. */
export function farmWater(mean: number, random: Randomness): LoadShape {
  return (at, day) => vary(shaped(mean, 100, of(GARDEN_SEASON, day.month - 1), 100), at, random)
}

function shaped(mean: number, hour: number, season: number, other: number): number {
  return Math.floor((mean * hour * season * other) / 1_000_000)
}

/** Between 75 and 125 hundredths of the value. */
function vary(value: number, at: number, random: Randomness): number {
  return Math.floor((value * (7500 + (random(at, 1) % 5001))) / 10_000)
}

function of(table: readonly number[], index: number): number {
  return table[index] ?? 0
}
