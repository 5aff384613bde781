import { DIFFERENT, DigitLayout, linesIn, type Scannable } from './digit-layout.ts'

/** Bytes: what stands between the readings of two blocks is shorter, or nothing usual. */
const LONGEST_TURN = 1024
/** A feed whose blocks do not follow each other is not searched for ever. */
const MOST_TRIES = 100
/** Beyond it a start is no epoch of seconds: the conforming path says what it is. */
const LAST_START = 1e11

const FIELDS = ['start', 'duration']
const WS = '[ \\t\\r\\n]*'
const field = (group: number): string => `${WS}<\\1(${FIELDS.join('|')})>${WS}(\\d+)${WS}</\\1\\${group}>`
/** The end of a block, the start of the next and its interval: tags of one prefix, without attributes but for a namespace. */
const TURN = new RegExp(
  `^</((?:[A-Za-z_][\\w.-]*:)?)IntervalBlock>(${WS}<(\\1IntervalBlock(?: xmlns="[^"<&\\s]*")?)>)${WS}<\\1interval>${field(4)}${field(6)}${WS}</\\1interval>`,
  'd',
)

/**
 * How a custodian goes from one IntervalBlock to the next: where each holds one reading, that is half of the feed. As a reading is, it
 * is compared byte for byte but for its digits.
 */
export class KnownTurn {
  /** The inside of the start tags. */
  private tag: string | undefined
  /** Characters behind the end tag up to behind the start tag: they are of no block. */
  gap = 0
  /** Qualified name of the intervals. */
  intervalName = ''
  private linesBefore = 0
  private layout = new DigitLayout([], [])
  private tries = 0

  /** Lines that end before the start tag, and behind it. */
  get lines(): [number, number] {
    return [this.linesBefore, this.layout.lines - this.linesBefore]
  }

  /** The interval of the block that was opened last. */
  get interval(): { start: number; duration: number } {
    const [start = 0, duration = 0] = this.layout.numbers
    return { start, duration }
  }

  /** Where the turn at `at`, out of a block with this start tag, ends; DIFFERENT where the bytes are no such turn. */
  read(source: Scannable, [at, end]: [number, number], tag: string): number {
    const after = this.match(source, [at, end], tag)
    return after < 0 && this.learn(source, at, end) ? this.match(source, [at, end], tag) : after
  }

  private match(source: Scannable, [at, end]: [number, number], tag: string): number {
    if (tag !== this.tag) return DIFFERENT
    const after = this.layout.match(source, at, end)
    const { start, duration } = this.interval
    return start < 0 || start > LAST_START || duration < 0 ? DIFFERENT : after
  }

  private learn({ bytes }: Scannable, at: number, end: number): boolean {
    if (++this.tries > MOST_TRIES) return false
    const text = bytes.toString('latin1', at, Math.min(end, at + LONGEST_TURN))
    const match = TURN.exec(text)
    const [[, whole] = [], , , , , one, , other] = match?.indices ?? []
    const [, prefix, gap = '', tag, first = '', , second = ''] = match ?? []
    if (!one || !other || first === second) return false
    const literals = [text.slice(0, one[0]), text.slice(one[1], other[0]), text.slice(other[1], whole)]
    this.layout = new DigitLayout(
      literals,
      [first, second].map((name) => FIELDS.indexOf(name)),
    )
    this.tag = tag
    this.gap = gap.length
    this.intervalName = `${prefix}interval`
    this.linesBefore = linesIn(gap)
    return true
  }
}
