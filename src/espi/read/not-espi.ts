/** What may stand before a root element of any kind. */
const PROLOG = /^\uFEFF?\s*(?:<\?xml\b[^>]*\?>\s*)?(?:<!--.*?-->\s*)*/s

/** How much of a document tells what it is. */
export const TELLING = 512

/** First bytes of what people mistake for a feed, or get in its place. */
const SIGNATURES: readonly (readonly [bytes: string, reason: string])[] = [
  ['PK\x03\x04', 'this is a ZIP archive: unpack it and name the files in it'],
  ['%PDF-', 'this is a PDF, not a Green Button feed'],
  ['\x89PNG', 'this is a picture, not a Green Button feed'],
  ['\xff\xd8\xff', 'this is a picture, not a Green Button feed'],
  ['\xd0\xcf\x11\xe0', 'this is an old Office document, not a Green Button feed'],
  ['\x1f\x8b', 'this is packed with gzip twice: unpack it once'],
  ['\x00\x00\xfe\xff', 'this is UTF-32: write it as UTF-8'],
  ['\xff\xfe\x00\x00', 'this is UTF-32: write it as UTF-8'],
  ['BZh', 'this is packed with bzip2: unpack it first, or use gzip'],
  ['\xfd7zXZ', 'this is packed with xz: unpack it first, or use gzip'],
  ['(\xb5/\xfd', 'this is packed with zstd: unpack it first, or use gzip'],
]

/** Names a document that is no text at all, from its first bytes; undefined when it may be text. */
export function nameOfBytes(head: Uint8Array): string | undefined {
  const start = Buffer.from(head.subarray(0, 8)).toString('latin1')
  return SIGNATURES.find(([bytes]) => start.startsWith(bytes))?.[1]
}

/** Names what a document is when it is no ESPI, from its beginning; undefined when it may be XML. */
export function nameOfOther(start: string): string | undefined {
  const text = start.replace(PROLOG, '')
  if (text === '') return 'the document is empty: the utility sent no feed'
  if (/^<(?:!doctype\s+html|html[\s>])/i.test(text)) {
    return 'this is an HTML page, not a Green Button feed: perhaps a sign-in or error page'
  }
  if (text.startsWith('{') || text.startsWith('[')) return 'this is JSON, not a Green Button feed'
  if (!text.startsWith('<')) return 'this is not XML'
  return undefined
}
