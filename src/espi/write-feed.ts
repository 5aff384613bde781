import { createHash } from 'node:crypto'
import type { Element } from './model.ts'
import { type WrittenBlock, writeBlock } from './write-block.ts'
import { escapeAttribute, escapeText, writeElement } from './write-element.ts'

/** One Atom entry to be written. */
export interface WrittenEntry {
  self: string
  up: string
  related?: readonly string[]
  title?: string
  /** RFC 3339; the feed's `updated` where an entry has none. */
  published?: string | undefined
  updated?: string | undefined
  payload: { element: Element } | { block: WrittenBlock }
}

/** An Atom feed to be written. */
export interface WrittenFeed {
  self: string
  title: string
  /** RFC 3339 */
  updated: string
  entries: Iterable<WrittenEntry>
}

const NAMESPACES =
  'xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi" xmlns:cust="http://naesb.org/espi/customer"'

/** Entries become the text of an ESPI 4.0 Atom feed, in pieces; one entry is in memory at a time. */
export function* writeFeed({ self, title, updated, entries }: WrittenFeed): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<feed ${NAMESPACES}>\n`
  yield `${head({ self, title, updated })}\n`
  for (const entry of entries) yield* writeEntry({ updated, ...entry })
  yield '</feed>\n'
}

function* writeEntry(entry: WrittenEntry): Generator<string> {
  const { self, up, related = [], title = '', published, updated = '', payload } = entry
  const links = [link('up', up), ...related.map((href) => link('related', href))].join('')
  yield `<entry>${head({ self, title, updated, published })}${links}<content type="application/xml">`
  if ('block' in payload) yield* writeBlock(payload.block)
  else yield writeElement(payload.element)
  yield '</content></entry>\n'
}

function head(of: { self: string; title: string; updated: string; published?: string | undefined }): string {
  const published = of.published === undefined ? '' : `<published>${escapeText(of.published)}</published>`
  const dates = `${published}<updated>${escapeText(of.updated)}</updated>`
  return `<id>${idOf(of.self)}</id><title>${escapeText(of.title)}</title>${dates}${link('self', of.self)}`
}

function link(rel: string, href: string): string {
  return `<link rel="${rel}" href="${escapeAttribute(href)}"/>`
}

/** atom:id is made of the `self` link, so that the same resource has the same id in every feed. */
function idOf(self: string): string {
  const hex = createHash('sha256').update(self).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return `urn:uuid:${parts.join('-')}`
}
