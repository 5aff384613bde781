import type { Agreement } from '../customers/model.ts'
import { type Entry, type Link, writeFeed } from './atom.ts'
import type { Subscription } from './subscription.ts'
import { localTimeParametersEntry, usagePointEntries } from './usage-entries.ts'
import type { UsageEntry } from './usage-entry.ts'

/** ESPI query parameters, instants in epoch seconds. */
export interface FeedQuery {
  readonly publishedMin?: number
  readonly publishedMax?: number
  readonly updatedMin?: number
  readonly updatedMax?: number
  /** 1-based */
  readonly startIndex?: number
  readonly maxResults?: number
}

/** `Batch/Subscription/{id}`, or the part of it for one usage point: written while it is computed. */
export function usageFeed(
  subscription: Subscription,
  self: Link,
  query: FeedQuery,
  agreements: readonly Agreement[] = subscription.agreements,
): Generator<string> {
  const head = { title: 'Green Button Usage Feed', self, updated: subscription.now }
  return writeFeed(head, toEntries(selected(feedEntries(subscription, agreements), query, subscription)))
}

/** Every entry of a subscription in the order of its feed. */
export function* feedEntries(
  subscription: Subscription,
  agreements: readonly Agreement[] = subscription.agreements,
): Generator<UsageEntry> {
  if (subscription.dialect.localTimeParametersPer === 'custodian')
    yield localTimeParametersEntry('1', subscription)
  for (const agreement of agreements) yield* usagePointEntries(agreement, subscription)
}

/** Entries that a query lets through, page by its counters. */
export function* selected(
  entries: Iterable<UsageEntry>,
  query: FeedQuery,
  { dialect }: Pick<Subscription, 'dialect'>,
): Generator<UsageEntry> {
  const { startIndex = 1, maxResults = Number.POSITIVE_INFINITY } = query
  let index = 0
  for (const entry of entries) {
    const isIn = dialect.windowLeavesOutContext ? isInOpenEspi(entry, query) : touches(entry, query)
    if (!isIn) continue
    index += 1
    if (index < startIndex) continue
    if (index >= startIndex + maxResults) return
    yield entry
  }
}

/**
 * As OpenESPI's ExportFilter: a block must lie wholly inside the published window, anything else is compared by its
 * Atom dates. A narrow window so leaves out usage points and reading types, and its blocks are orphans.
 */
function isInOpenEspi({ resource, covers, published }: UsageEntry, query: FeedQuery): boolean {
  const { publishedMin, publishedMax, updatedMin, updatedMax } = query
  const isBlock = resource === 'IntervalBlock' && covers !== undefined
  const first = isBlock ? covers.from : published
  const last = isBlock ? covers.to : published
  if (publishedMin !== undefined && first < publishedMin) return false
  if (publishedMax !== undefined && last > publishedMax) return false
  if (updatedMin !== undefined && published < updatedMin) return false
  return updatedMax === undefined || published <= updatedMax
}

/** What covers no time is always sent; what covers some is sent when that time touches the window. */
function touches({ covers, published }: UsageEntry, query: FeedQuery): boolean {
  const { publishedMin, publishedMax, updatedMin, updatedMax } = query
  if (!covers) return true
  if (publishedMin !== undefined && covers.to <= publishedMin) return false
  if (publishedMax !== undefined && covers.from >= publishedMax) return false
  if (updatedMin !== undefined && published < updatedMin) return false
  return updatedMax === undefined || published <= updatedMax
}

function* toEntries(entries: Iterable<UsageEntry>): Generator<Entry> {
  for (const entry of entries) yield entry.entry()
}
