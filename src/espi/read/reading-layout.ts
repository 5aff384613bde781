import type { Readings } from '../readings.ts'

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

/** The bytes differ from the layout. */
export const DIFFERENT = -1
/** The bytes end before the layout does. */
export const CUT = -2

const EXACT_DIGITS = 15
/** Beyond it a start is no epoch of seconds, and a code no 32-bit integer: the conforming path says what it is. */
const LAST_START = 1e11
const CODE_LIMIT = 2 ** 31

/** Bytes that can be compared four at a time. */
export interface Scannable {
  readonly bytes: Buffer
  readonly view: DataView
}

/**
 * How a custodian writes its readings: the same tags, blanks and line ends around every number. A reading that equals the
 * layout byte for byte but for its digits is read by comparing, and nothing in it can have been misunderstood.
 */
export class ReadingLayout {
  /** Qualified name of the IntervalReading element. */
  readonly name: string
  readonly lines: number
  /** Each literal stretch as little-endian words; the last word of a stretch may overlap the one before it. */
  private readonly words: Int32Array
  private readonly wordEnds: Int32Array
  private readonly lengths: Int32Array
  private readonly fields: Int32Array
  private readonly numbers = new Float64Array(FIELDS.length)
  private readonly has: readonly boolean[]

  constructor(name: string, literals: readonly string[], fields: readonly number[]) {
    this.name = name
    this.lines = literals.join('').split(/\r\n?|\n/).length - 1
    const words = literals.map(wordsOf)
    this.words = Int32Array.from(words.flat())
    let end = 0
    this.wordEnds = Int32Array.from(words, ({ length }) => {
      end += length
      return end
    })
    this.lengths = Int32Array.from(literals, ({ length }) => length)
    this.fields = Int32Array.from(fields)
    this.has = FIELDS.map((_, field) => fields.includes(field))
  }

  /** Reads the reading at `at` into a row and gives where it ends; DIFFERENT or CUT, and no row, where it does not fit. */
  read(source: Scannable, at: number, end: number, readings: Readings): number {
    const after = this.match(source, at, end)
    return after < 0 || this.add(readings) ? after : DIFFERENT
  }

  private match({ bytes, view }: Scannable, from: number, end: number): number {
    const { words, wordEnds, lengths, fields, numbers } = this
    let at = from
    let word = 0
    for (let stretch = 0; ; stretch++) {
      const length = lengths[stretch] ?? 0
      if (at + length > end) return CUT
      const last = (wordEnds[stretch] ?? 0) - 1
      for (let place = at; word < last; word++, place += 4) {
        if (view.getInt32(place, true) !== words[word]) return DIFFERENT
      }
      if (view.getInt32(at + length - 4, true) !== words[word++]) return DIFFERENT
      at += length
      const field = fields[stretch]
      if (field === undefined) return at

      if (at >= end) return CUT
      const negative = bytes[at] === 45
      if (negative) at++
      const digits = at
      let number = 0
      for (; at < end; at++) {
        const digit = (bytes[at] ?? 0) - 48
        if (digit < 0 || digit > 9) break
        number = number * 10 + digit
      }
      if (at === end) return CUT
      if (at === digits || at - digits > EXACT_DIGITS) return DIFFERENT
      numbers[field] = negative ? 0 - number : number
    }
  }

  /** False, and no row, where a number is none that the conforming path takes without a word. */
  private add(readings: Readings): boolean {
    const { has, numbers } = this
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

function wordsOf(literal: string): number[] {
  const bytes = Buffer.from(literal, 'latin1')
  const words: number[] = []
  for (let at = 0; at < bytes.length - 4; at += 4) words.push(bytes.readInt32LE(at))
  return [...words, bytes.readInt32LE(bytes.length - 4)]
}
