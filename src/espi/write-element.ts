import type { Element, Vocabulary } from './model.ts'

/** Prefix of the elements of each schema, as the feed declares it. */
export const PREFIXES: Readonly<Record<'usage' | 'customer', string>> = { usage: 'espi', customer: 'cust' }

/** An element tree becomes XML text. Children stand in their order; what has neither text nor children is empty. */
export function writeElement({ name, vocabulary, text, children }: Element): string {
  const tag = `${prefixOf(vocabulary)}${name}`
  const inside = children.length > 0 ? children.map(writeElement).join('') : escapeText(text)
  return inside === '' ? `<${tag}/>` : `<${tag}>${inside}</${tag}>`
}

function prefixOf(vocabulary: Vocabulary): string {
  return vocabulary === 'usage' || vocabulary === 'customer' ? `${PREFIXES[vocabulary]}:` : ''
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** What XML 1.0 cannot hold at all: control characters, halves of pairs, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const IMPOSSIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text between tags. A character that XML cannot hold becomes U+FFFD. */
export function escapeText(text: string): string {
  return possible(text).replace(/[&<>\r]/g, escaped)
}

/** Text of an attribute: line ends would be read as blanks. */
export function escapeAttribute(text: string): string {
  return possible(text).replace(/[&<>"\r\n\t]/g, escaped)
}

function possible(text: string): string {
  return text.toWellFormed().replace(IMPOSSIBLE, '\ufffd')
}

function escaped(character: string): string {
  return ESCAPES[character] ?? character
}
