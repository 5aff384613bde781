import { createHash } from 'node:crypto'
import { toDatetime } from '../../shared/clock.ts'
import { element, escapeXml, type Xml } from './xml.ts'

export const ESPI = 'http://naesb.org/espi'
export const ESPI_CUSTOMER = 'http://naesb.org/espi/customer'
const ATOM = 'http://www.w3.org/2005/Atom'

export interface Link {
  readonly rel: 'self' | 'up' | 'related'
  readonly href: string
  readonly type: string
}

/** One Atom entry; `content` holds one payload element or several. */
export interface Entry {
  readonly title: string
  readonly links: readonly Link[]
  readonly published: number
  readonly updated: number
  readonly content: readonly Xml[]
  readonly contentType?: string | undefined
}

export interface FeedHead {
  readonly title: string
  readonly self: Link
  readonly updated: number
}

/** A feed, entry by entry: nothing but one entry is ever held as text. */
export function* writeFeed(head: FeedHead, entries: Iterable<Entry>): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<feed xmlns="${ATOM}" xmlns:cust="${ESPI_CUSTOMER}">\n`
  yield `${element('id', entryId(head.self.href)).xml}\n${writeLink(head.self)}\n`
  yield `${element('title', head.title).xml}\n${element('updated', datetime(head.updated)).xml}\n`
  for (const entry of entries) yield `${writeEntry(entry, '')}\n`
  yield '</feed>\n'
}

/** A document that is one entry. */
export function writeEntryDocument(entry: Entry): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeEntry(entry, ` xmlns="${ATOM}" xmlns:cust="${ESPI_CUSTOMER}"`)}\n`
}

function writeEntry(entry: Entry, namespaces: string): string {
  const self = entry.links.find(({ rel }) => rel === 'self')
  const type = entry.contentType ? ` type="${entry.contentType}"` : ''
  return [
    `<entry${namespaces}>`,
    element('id', entryId(self?.href ?? entry.title)).xml,
    ...entry.links.map(writeLink),
    element('title', entry.title).xml,
    `<content${type}>${entry.content.map(({ xml }) => xml).join('\n')}</content>`,
    element('published', datetime(entry.published)).xml,
    element('updated', datetime(entry.updated)).xml,
    '</entry>',
  ].join('\n')
}

function writeLink({ rel, href, type }: Link): string {
  return `<link rel="${rel}" href="${escapeXml(href)}" type="${type}"/>`
}

/** A version 5 UUID made of the resource's own path, so that it stays the same. */
function entryId(href: string): string {
  const hash = createHash('sha1')
    .update(href.replace(/^https?:\/\/[^/]+/, ''))
    .digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)]
  return `urn:uuid:${parts.join('-')}`
}

function datetime(epochSeconds: number): string {
  return toDatetime(new Date(epochSeconds * 1000))
}
