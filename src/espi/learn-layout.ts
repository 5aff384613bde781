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
  const open: string[] = []
  const seen = new Set<string>()
  const literals: string[] = []
  const fields: number[] = []
  let prefix: string | undefined
  let literalFrom = 0
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)
    if (!token || token[0] === '') return undefined
    const [, closing, itsPrefix = '', name, selfClosing, blanks = '', integer] = token
    if (name === undefined) {
      if (integer === undefined) continue
      const field = fieldOf(open.at(-1))
      const digits = at + blanks.length
      // A second number in one element cannot stand here: only a tag follows.
      if (field < 0) return undefined
      literals.push(text.slice(literalFrom, digits))
      fields.push(field)
      literalFrom = digits + integer.length
      continue
    }
    prefix ??= itsPrefix
    if (itsPrefix !== prefix) return undefined
    if (closing) {
      if (selfClosing || open.pop() !== name) return undefined
      continue
    }
    if (open.length === 0 ? at > 0 || name !== 'IntervalReading' : PARENT_OF.get(name) !== open.at(-1)) {
      return undefined
    }
    if (seen.has(name)) return undefined
    seen.add(name)
    if (!selfClosing) open.push(name)
  }
  if (open.length > 0 || !fields.includes(fieldOf('value'))) return undefined
  return new ReadingLayout(`${prefix}IntervalReading`, [...literals, text.slice(literalFrom)], fields)
}

function fieldOf(element: string | undefined): number {
  return FIELDS.indexOf(element ?? '')
}
