import { Decimal } from '../../shared/decimal.ts'
import type { LocalCalendar, LocalDay } from '../../shared/local-calendar.ts'
import { AMOUNTS } from '../../translate/usage/targets.ts'
import type { IntervalValue } from '../segment-values.ts'
import { Coverage } from './coverage.ts'

/** Types whose values are amounts of an interval: the only ones that may be added up. */
const ADDED_UP: ReadonlySet<string> = AMOUNTS

export interface DayOfStream {
  day: LocalDay
  /** The sum, or the greatest value where nothing may be added up. */
  value: Decimal
  values: number
}

/** All values of one quantity at one service point. */
export class MeterStream {
  readonly coverage = new Coverage()
  readonly days = new Map<number, DayOfStream>()
  readonly addedUp: boolean
  values = 0
  negative = 0
  total = new Decimal(0n)
  least: Decimal | undefined
  greatest: Decimal | undefined
  first = Number.POSITIVE_INFINITY
  last = Number.NEGATIVE_INFINITY
  private readonly calendar: LocalCalendar
  private day: LocalDay | undefined
  private covered = Number.NaN

  constructor(type: string, calendar: LocalCalendar) {
    this.addedUp = ADDED_UP.has(type)
    this.calendar = calendar
  }

  add({ start, end, value }: IntervalValue): void {
    this.values++
    this.first = Math.min(this.first, start)
    this.last = Math.max(this.last, end)
    // Values of several tiers or times of use share one interval.
    if (this.covered !== start) this.coverage.add(start, end)
    this.covered = start
    // A register is a text: a state of the meter, which is neither added nor charted.
    if (!(value instanceof Decimal)) return
    if (isLess(value, ZERO)) this.negative++
    if (this.addedUp) this.total = this.total.plus(value)
    if (!this.least || isLess(value, this.least)) this.least = value
    if (!this.greatest || isLess(this.greatest, value)) this.greatest = value
    this.addToDay(start, value)
  }

  private addToDay(start: number, value: Decimal): void {
    if (!this.day || start < this.day.start || start >= this.day.end) this.day = this.calendar.dayOf(start)
    const known = this.days.get(this.day.start)
    if (!known) {
      this.days.set(this.day.start, { day: this.day, value, values: 1 })
      return
    }
    known.values++
    if (this.addedUp) known.value = known.value.plus(value)
    else if (isLess(known.value, value)) known.value = value
  }
}

const ZERO = new Decimal(0n)

function isLess(a: Decimal, b: Decimal): boolean {
  return a.minus(b).coefficient < 0n
}
