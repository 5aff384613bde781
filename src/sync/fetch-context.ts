import type { Entry, EspiFeed } from '../espi/model.ts'
import { resourceNames } from '../espi/resources.ts'
import { NotYetError } from '../shared/errors.ts'
import type { SyncAuthorization, SyncDeps, SyncUtility } from './deps.ts'

/** How many resources are asked for at most: a customer with more usage points than this is served by its windows alone. */
const MOST_REQUESTS = 500

/** The resources that interval blocks hang on, and what explains those. */
const CONTEXT = resourceNames(({ context }) => context === 'fetched')

/** A link to one of them, or to a list of them; a list of IntervalBlocks never is. */
const CONTEXT_LINK = new RegExp(`/(${[...CONTEXT].join('|')})(/[^/]+)?/?$`)

/**
 * The usage points of an authorization with their meter readings and reading types, and no readings: from the list of usage points
 * along the links that its entries give. For custodians whose windows of readings leave these out (reference
 * implementation: entries are compared by their own Atom dates, so that a window holds orphan blocks).
 */
export async function fetchContext(
  start: string,
  {
    authorization,
    utility,
    signal,
  }: { authorization: SyncAuthorization; utility: SyncUtility; signal: AbortSignal },
  deps: Pick<SyncDeps, 'openLink' | 'readFeed'>,
): Promise<EspiFeed[]> {
  const waiting = [start]
  const asked = new Set(waiting)
  const feeds: EspiFeed[] = []
  for (let url = waiting.shift(); url !== undefined && feeds.length < MOST_REQUESTS; url = waiting.shift()) {
    const answer = await deps.openLink(authorization, url, signal)
    if (answer.kind === 'notYet') throw new NotYetError(answer.retryAfterMs)
    if (answer.kind === 'empty') continue
    const feed = withoutReadings(await deps.readFeed(answer.body, { bytes: utility.feedBytes }))
    feeds.push(feed)
    for (const link of linksOf(feed, url)) {
      if (asked.has(link)) continue
      asked.add(link)
      waiting.push(link)
    }
  }
  return feeds
}

/** The same feed with its context resources only. */
export function withoutReadings(feed: EspiFeed): EspiFeed {
  const entries = feed.entries.flatMap((entry) => {
    const payloads = entry.payloads.filter(({ type, name }) => type === 'resource' && CONTEXT.has(name))
    return payloads.length > 0 ? [{ ...entry, payloads }] : []
  })
  return { ...feed, entries }
}

function linksOf(feed: EspiFeed, base: string): string[] {
  return feed.entries.flatMap((entry) => contextLinks(entry, feed.self ?? base, base))
}

function contextLinks(entry: Entry, self: string, base: string): string[] {
  return entry.related.flatMap((href) => {
    const from = URL.canParse(self) ? self : base
    const url = URL.parse(href.trim(), from)
    return url && CONTEXT_LINK.test(url.pathname) ? [url.href] : []
  })
}
