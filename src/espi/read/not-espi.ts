/** What may stand before a root element of any kind. */
const PROLOG = /^\uFEFF?\s*(?:<\?xml\b[^>]*\?>\s*)?(?:<!--.*?-->\s*)*/s

/** How much of a document tells what it is. */
export const TELLING = 512

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
