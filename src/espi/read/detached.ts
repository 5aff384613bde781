import { isAscii } from 'node:buffer'

const SHORT = 13

/** The same text on its own: what a parser gives may be a slice that holds the whole chunk of the document it came from. */
export function detached(text: string): string {
  // Shorter slices are copies already.
  if (text.length < SHORT) return text
  const bytes = Buffer.from(text)
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString()
}
