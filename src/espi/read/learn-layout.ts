import { FIELDS, ReadingLayout } from './reading-layout.ts'

/** Which plain elements may stand in which; XSD IntervalReading, DateTimeInterval, ReadingQuality. */
const PARENT_OF: ReadonlyMap<string, string> = new Map([
  ['timePeriod', 'IntervalReading'],
  ['ReadingQuality', 'IntervalReading'],
  ['start', 'timePeriod'],
  ['duration', 'timePeriod'],
  ['value', 'IntervalReading'],
  ['cost', 'IntervalReading'],
  ['quality', 'ReadingQuality'],
  ['tou', 'IntervalReading'],
  ['consumptionTier', 'IntervalReading'],
  ['cpp', 'IntervalReading'],
])

/** One tag without attributes, or what stands between two tags. */
const TOKEN = /<(\/?)([A-Za-z_][\w.-]*:)?([A-Za-z]+)[ \t\r\n]*(\/?)>|([ \t\r\n]*)(-?[0-9]+)?[ \t\r\n]*(?=<)/y

/**
 * One IntervalReading's text becomes its layout; undefined where it holds anything but known elements of one prefix,
 * blanks and integers: that is the conforming path's to understand.
 */
export function learnLayout(text: string): ReadingLayout | undefined {
  const learner = new Learner()
  const literals: string[] = []
  const fields: number[] = []
  let literalFrom = 0
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)
    if (!token || token[0] === '') return undefined
    const [, closing, prefix = '', name, selfClosing, blanks = '', integer] = token
    if (name !== undefined) {
      if (!learner.takesTag({ prefix, name, closing: closing === '/', selfClosing: selfClosing === '/' })) {
        return undefined
      }
    } else if (integer !== undefined) {
      const field = fieldOf(learner.element)
      if (field < 0) return undefined
      literals.push(text.slice(literalFrom, at + blanks.length))
      fields.push(field)
      literalFrom = at + blanks.length + integer.length
    }
  }
  if (!learner.ended || !fields.includes(fieldOf('value'))) return undefined
  return new ReadingLayout(`${learner.prefix}IntervalReading`, [...literals, text.slice(literalFrom)], fields)
}

interface Tag {
  prefix: string
  name: string
  closing: boolean
  selfClosing: boolean
}

/** Follows the tags of one reading. */
class Learner {
  prefix: string | undefined
  private readonly open: string[] = []
  private readonly seen = new Set<string>()

  /** The element that is open. */
  get element(): string | undefined {
    return this.open.at(-1)
  }

  get ended(): boolean {
    return this.seen.size > 0 && this.open.length === 0
  }

  /** Whether the tag is where it belongs, for the first time, with the prefix of all. */
  takesTag({ prefix, name, closing, selfClosing }: Tag): boolean {
    this.prefix ??= prefix
    if (prefix !== this.prefix) return false
    if (closing) return !selfClosing && this.open.pop() === name
    const isFirst = this.seen.size === 0 && name === 'IntervalReading'
    const belongs = this.element !== undefined && PARENT_OF.get(name) === this.element
    if (!(isFirst || belongs) || this.seen.has(name)) return false
    this.seen.add(name)
    if (!selfClosing) this.open.push(name)
    return true
  }
}

function fieldOf(element: string | undefined): number {
  return FIELDS.indexOf(element ?? '')
}
