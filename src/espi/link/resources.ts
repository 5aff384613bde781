import type { Entry, EspiFeed, Resource } from '../model.ts'

interface Told {
  entry: Entry
  resource: Resource
}

const known = new WeakMap<EspiFeed, readonly Told[]>()

/** The payloads of a feed but for its IntervalBlocks. Of a million entries they may be a handful: they are looked for once. */
export function resourcesIn(feed: EspiFeed): readonly Told[] {
  const found = known.get(feed)
  if (found) return found
  const told = feed.entries.flatMap((entry) =>
    entry.payloads.flatMap((payload) => (payload.type === 'resource' ? [{ entry, resource: payload }] : [])),
  )
  known.set(feed, told)
  return told
}
