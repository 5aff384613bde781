import type { Window } from '../customers/model.ts'
import type { Entry, Link } from './atom.ts'
import type { Subscription } from './subscription.ts'
import type { Xml } from './xml.ts'

/** An entry of a usage feed with what the filters and the resource paths need to know of it. */
export interface UsageEntry {
  readonly resource:
    | 'UsagePoint'
    | 'MeterReading'
    | 'ReadingType'
    | 'IntervalBlock'
    | 'UsageSummary'
    | 'LocalTimeParameters'
  /** The resource's own URI. */
  readonly self: string
  /** Time that the payload covers: what a window is compared with. */
  readonly covers?: Window
  readonly published: number
  /** Written only when asked for: the payload of a block is made when it leaves. */
  entry(): Entry
}

/** What an entry is made of; paths are below the resource endpoint. */
interface EntryFacts {
  readonly resource: UsageEntry['resource']
  readonly path: string
  readonly published: number
  readonly covers?: Window
  readonly related?: readonly (readonly [type: string, path: string])[]
  readonly content: () => Xml[]
}

/** A resource becomes an entry: `self`, `up` to the collection its path is in, and what it is related to. */
export function entryOf({ resourceUri, dialect }: Subscription, facts: EntryFacts): UsageEntry {
  const { resource, path, published, covers, related = [], content } = facts
  const link = (rel: Link['rel'], to: string, type: string): Link => ({
    rel,
    href: `${resourceUri}/${to}`,
    type,
  })
  return {
    resource,
    self: `${resourceUri}/${path}`,
    published,
    ...(covers && { covers }),
    entry: () => ({
      title: resource,
      links: [
        link('self', path, `espi-entry/${resource}`),
        link('up', path.slice(0, path.lastIndexOf('/')), `espi-feed/${resource}`),
        ...related.map(([type, to]) => link('related', to, type)),
      ],
      published,
      updated: published,
      content: content(),
      contentType: dialect.contentType,
    }),
  }
}
