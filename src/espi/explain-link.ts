import type { Item } from './kin.ts'
import { segmentId } from './links.ts'

type Links = Pick<Item, 'self' | 'up' | 'related'>

/** How a resource was found to belong to another, strongest first: the order in which links are trusted. */
export const linkRules = [
  'its related link',
  "the parent's related link to it",
  "the parent's related link to its collection",
  'its up link',
  'nested paths',
  'the id in its path',
  'the only candidate',
] as const
export type LinkRule = (typeof linkRules)[number]

/** By which rule a resource hangs on the parent it was given; `kind` is the parent's element name. */
export function explainLink(child: Links, parent: Links, kind: string): LinkRule {
  const paths = [...child.self, ...child.up]
  if (meet(child.related, parent.self)) return 'its related link'
  if (meet(child.self, parent.related)) return "the parent's related link to it"
  if (meet(child.up, parent.related)) return "the parent's related link to its collection"
  if (meet(child.up, parent.self)) return 'its up link'
  if (parent.self.some((self) => paths.some((path) => path.startsWith(`${self}/`)))) return 'nested paths'
  const ids = parent.self.map((self) => segmentId(self, kind))
  const named = [...paths, ...child.related].map((path) => segmentId(path, kind))
  return named.some((id) => id !== undefined && ids.includes(id))
    ? 'the id in its path'
    : 'the only candidate'
}

function meet(some: readonly string[], others: readonly string[]): boolean {
  return some.some((href) => others.includes(href))
}
