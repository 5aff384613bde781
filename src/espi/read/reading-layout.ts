import type { Readings } from '../readings.ts'
import { DIFFERENT, DigitLayout, type Scannable } from './digit-layout.ts'

/** The numbers of a reading, in the order in which a layout gives them. */
export const FIELDS: readonly string[] = [
  'start',
  'duration',
  'value',
  'cost',
  'quality',
  'tou',
  'consumptionTier',
  'cpp',
]
const [START, DURATION, VALUE, COST, QUALITY, TOU, TIER, CPP] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** Bytes: a reading longer than this is no usual one. */
export const LONGEST_READING = 4096

/** Beyond it a start is no epoch of seconds, and a code no 32-bit integer: the conforming path says what it is. */
const LAST_START = 1e11
const CODE_LIMIT = 2 ** 31

/**
 * How a custodian writes its readings: the same tags, blanks and line ends around every number. A reading that equals the
 * layout byte for byte but for its digits is read by comparing, and nothing in it can have been misunderstood.
 */
export class ReadingLayout {
  /** Qualified name of the IntervalReading element. */
  readonly name: string
  private readonly layout: DigitLayout
  private readonly has: readonly boolean[]

  constructor(name: string, literals: readonly string[], fields: readonly number[]) {
    this.name = name
    this.layout = new DigitLayout(literals, fields)
    this.has = FIELDS.map((_, field) => this.layout.has(field))
  }

  get lines(): number {
    return this.layout.lines
  }

  /** Reads the reading at `at` into a row and gives where it ends; DIFFERENT or CUT, and no row, where it does not fit. */
  read(source: Scannable, at: number, end: number, readings: Readings): number {
    const after = this.layout.match(source, at, end)
    return after < 0 || this.add(readings) ? after : DIFFERENT
  }

  /** False, and no row, where a number is none that the conforming path takes without a word. */
  private add(readings: Readings): boolean {
    const { has } = this
    const { numbers } = this.layout
    const start = has[START] ? (numbers[START] ?? 0) : 0
    const duration = has[DURATION] ? (numbers[DURATION] ?? 0) : 0
    if (start < 0 || start > LAST_START || duration < 0) return false
    for (let field = QUALITY; field <= CPP; field++) {
      if (has[field] && Math.abs(numbers[field] ?? 0) >= CODE_LIMIT) return false
    }
    const row = readings.add(has[START] ? start : -1, has[DURATION] ? duration : -1, numbers[VALUE] ?? 0)
    if (has[COST]) readings.setCost(row, numbers[COST] ?? 0)
    if (has[QUALITY]) readings.setSmall('quality', row, numbers[QUALITY] ?? 0)
    if (has[TOU]) readings.setSmall('tou', row, numbers[TOU] ?? 0)
    if (has[TIER]) readings.setSmall('consumptionTier', row, numbers[TIER] ?? 0)
    if (has[CPP]) readings.setSmall('cpp', row, numbers[CPP] ?? 0)
    return true
  }
}
