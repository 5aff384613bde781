import type { Entry, Payload } from '../model.ts'
import { appended } from './appended.ts'
import { detached } from './detached.ts'

export type Attributes = Readonly<Partial<Record<string, string>>>

/** An entry while it is read: its lists may grow. */
export interface OpenEntry extends Entry {
  self: string[]
  up: string[]
  related: string[]
  payloads: Payload[]
}

/** Entries are many, and most have few links: lists without any are this one. */
const NONE: never[] = []

/** An entry of which nothing is read yet. */
export function newEntry(number: number, line: number): OpenEntry {
  return {
    number,
    line,
    id: undefined,
    self: NONE,
    up: NONE,
    related: NONE,
    updated: 0,
    payloads: NONE,
  }
}

/** The attributes of an atom:link become what it means and where it leads; undefined where it leads nowhere. */
export function parseLink(attributes: Attributes): { rel: string; href: string } | undefined {
  const href = attributes.href?.trim()
  return href ? { rel: attributes.rel?.trim() ?? 'alternate', href: detached(href) } : undefined
}

/** Keeps a link of an entry; other relations than these tell nothing. */
export function addLink(entry: OpenEntry, rel: string, href: string): void {
  if (rel === 'self' || rel === 'up' || rel === 'related') entry[rel] = appended(entry[rel], href)
}

/** Keeps the text of an entry's child element. */
export function keepText(entry: OpenEntry, name: string | undefined, text: string): void {
  if (name === 'id') entry.id = detached(text) || undefined
  else if (name === 'updated' && text !== '') keepUpdated(entry, text)
}

const DATE_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** Real feeds write microseconds, no zone, or a date only; without a zone we read UTC, which keeps their order. */
function keepUpdated(entry: OpenEntry, text: string): void {
  const [match, zone] = DATE_TIME.exec(text) ?? []
  const isDate = match !== undefined && match.length === 10
  const time = match === undefined ? Number.NaN : Date.parse(zone || isDate ? text : `${text}Z`)
  if (Number.isNaN(time)) entry.unreadUpdated = detached(text)
  else entry.updated = time
}
