import { decodeText } from '../../espi/read/decode-text.ts'
import type { Quirks } from './quirks.ts'

/** What only the text itself shows, because the reader has understood it already. */
const MARKS: readonly [string, string, RegExp][] = [
  [
    'padded_link',
    'A link has white space around it.',
    /\bhref=(?:"(?:\s[^"]*|[^"]*\s)"|'(?:\s[^']*|[^']*\s)')/g,
  ],
  [
    'milliseconds',
    'A time is in milliseconds; it is read as such.',
    /<(?:[\w.-]+:)?start>\s*\+?\d{12,}(?!\d)/g,
  ],
  [
    'float_time',
    'A time or duration has a decimal point.',
    /<(?:[\w.-]+:)?(?:start|duration)>\s*\+?\d+\.\d/g,
  ],
  ['text_time', 'A time is written as a date, not as epoch seconds.', /<(?:[\w.-]+:)?start>\s*\d{4}-\d\d/g],
  [
    'date_only',
    'An updated or published time is a date alone.',
    /<(?:[\w.-]+:)?(?:updated|published)>\s*\d{4}-\d\d-\d\d(?![\dT])/g,
  ],
  [
    'no_zone',
    'An updated or published time has no time zone.',
    /<(?:[\w.-]+:)?(?:updated|published)>\s*\d{4}-\d\d-\d\dT[\d:.]+(?![\d:.Z+-])/g,
  ],
  [
    'plus_sign',
    'A number is written with a plus sign.',
    /<(?:[\w.-]+:)?(?:value|start|duration|cost)>\s*\+\d/g,
  ],
]

/** No mark is longer, so what lies on the border of two pieces is not missed. */
const LONGEST = 160

/** Looks for oddities in the text of a feed, piece by piece. Bytes beyond `maxBytes` were refused before. */
export async function findTextQuirks(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  quirks: Quirks,
): Promise<void> {
  let rest = ''
  for await (const piece of decodeText(chunks, maxBytes, () => undefined)) {
    const text = rest + piece
    const cut = Math.max(text.lastIndexOf('<', text.length - LONGEST), 0)
    count(text.slice(0, cut), quirks)
    rest = text.slice(cut)
  }
  count(rest, quirks)
}

function count(text: string, quirks: Quirks): void {
  for (const [code, meaning, pattern] of MARKS) {
    const found = text.match(pattern)?.length ?? 0
    if (found > 0) quirks.add(code, meaning, undefined, found)
  }
}
