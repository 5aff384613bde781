/** The bytes differ from the layout. */
export const DIFFERENT = -1
/** The bytes end before the layout does. */
export const CUT = -2

const EXACT_DIGITS = 15

/** Bytes that can be compared four at a time. */
export interface Scannable {
  readonly bytes: Buffer
  readonly view: DataView
}

/** Bytes, and how to compare them so. */
export function scannable(bytes: Buffer): Scannable {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

/** Literal stretches of text and the integers between them, each of which is one of a few fields. */
export class DigitLayout {
  /** What the fields held in the bytes that fitted last; the others stay as they were. */
  readonly numbers: Float64Array
  readonly lines: number
  /** Each literal stretch as little-endian words; the last word of a stretch may overlap the one before it. */
  private readonly words: Int32Array
  private readonly wordEnds: Int32Array
  private readonly lengths: Int32Array
  private readonly fields: Int32Array

  /** One literal more than there are fields, none shorter than four bytes. */
  constructor(literals: readonly string[], fields: readonly number[]) {
    this.lines = linesIn(literals.join(''))
    const words = literals.map(wordsOf)
    this.words = Int32Array.from(words.flat())
    let end = 0
    this.wordEnds = Int32Array.from(words, ({ length }) => {
      end += length
      return end
    })
    this.lengths = Int32Array.from(literals, ({ length }) => length)
    this.fields = Int32Array.from(fields)
    this.numbers = new Float64Array(Math.max(0, ...fields) + 1)
  }

  has(field: number): boolean {
    return this.fields.includes(field)
  }

  /** Where the text at `from` ends; DIFFERENT or CUT where it does not fit. */
  match({ bytes, view }: Scannable, from: number, end: number): number {
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
}

/** How many lines end in a text. */
export function linesIn(text: string): number {
  return text.split(/\r\n?|\n/).length - 1
}

function wordsOf(literal: string): number[] {
  const bytes = Buffer.from(literal, 'latin1')
  const words: number[] = []
  for (let at = 0; at < bytes.length - 4; at += 4) words.push(bytes.readInt32LE(at))
  return [...words, bytes.readInt32LE(bytes.length - 4)]
}
