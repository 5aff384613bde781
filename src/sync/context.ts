import { z } from 'zod'
import type { Element, Entry, EspiFeed, Vocabulary } from '../espi/model.ts'
import { Readings } from '../espi/readings.ts'
import { resourceNames } from '../espi/resources.ts'
import type { ContextEntry } from './stores.ts'

/**
 * Resources that later feeds refer to without repeating them: incremental windows hold orphan blocks. They count whatever namespace they
 * come in, and beside them whatever comes in that of the customer vocabulary.
 */
const KEPT = resourceNames(({ context }) => context === 'kept' || context === 'fetched')

const VOCABULARIES = ['atom', 'usage', 'customer', 'none', 'foreign'] as const satisfies readonly Vocabulary[]

const element: z.ZodType<Element> = z.strictObject({
  name: z.string(),
  vocabulary: z.enum(VOCABULARIES),
  text: z.string(),
  get children() {
    return z.array(element)
  },
})

const kept = z.strictObject({
  feed: z.string().optional(),
  id: z.string().optional(),
  self: z.array(z.string()),
  up: z.array(z.string()),
  related: z.array(z.string()),
  updated: z.number(),
  resources: z.array(z.strictObject({ name: z.string(), element })),
})

/** The entries of a feed that later feeds will refer to become texts to keep. Readings are never among them. */
export function toContext(feed: EspiFeed): ContextEntry[] {
  return feed.entries.flatMap((entry) => {
    const resources = entry.payloads
      .filter((payload) => payload.type === 'resource')
      .filter((payload) => payload.element.vocabulary === 'customer' || KEPT.has(payload.name))
    return resources.length === 0 ? [] : [{ key: keyOf(entry), json: toKept(feed, entry, resources) }]
  })
}

/** What names an entry in every feed that holds it. */
export function keyOf({ self, id, number }: Entry): string {
  return self[0] ?? id ?? `entry ${number}`
}

/** An entry with some of its resources becomes a text to keep. */
export function toKept(
  { self: feed }: EspiFeed,
  { id, self, up, related, updated }: Entry,
  resources: readonly { name: string; element: Element }[],
): string {
  return JSON.stringify({
    feed,
    id,
    self: [...self],
    up: [...up],
    related: [...related],
    updated,
    resources: resources.map(({ name, element }) => ({ name, element })),
  } satisfies z.input<typeof kept>)
}

/** Kept entries become feeds again, one for each feed URL, so that relative links resolve as they did. */
export function fromContext(entries: readonly ContextEntry[]): EspiFeed[] {
  const feeds = new Map<string | undefined, Entry[]>()
  for (const { json } of entries) {
    const { feed, resources, id, ...links } = kept.parse(JSON.parse(json))
    const list = feeds.get(feed) ?? []
    list.push({
      ...links,
      id,
      number: list.length + 1,
      line: 0,
      payloads: resources.map((resource) => ({ type: 'resource', ...resource })),
    })
    feeds.set(feed, list)
  }
  return [...feeds].map(([self, list]) => ({ self, entries: list, readings: new Readings(), bytes: 0 }))
}
