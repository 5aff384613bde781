import { contentOf } from '../elements.ts'
import type { Element, Entry, EspiFeed, IntervalBlock } from '../model.ts'
import type { Readings } from '../readings.ts'
import { type JoinedName, writtenAs } from '../resources.ts'
import { contradict } from './contradiction.ts'
import { normaliseHref, segmentId } from './links.ts'
import { resourcesIn } from './resources.ts'

/** One resource of a feed with its links in comparable form. */
export interface Item {
  entry: Entry
  element: Element
  self: string[]
  up: string[]
  related: string[]
  /** Entries that share a `self`, disagree, and are equally new: nobody can say which one counts. */
  rivals: Item[]
}

/** One IntervalBlock with its entry and the rows it points into. There are many: their links are made when asked for. */
export interface BlockItem {
  readonly entry: Entry
  readonly block: IntervalBlock
  readonly readings: Readings
  /** Its place among all blocks of all feeds, in the order of the documents. */
  readonly place: number
}

export type Links = Pick<Item, 'self' | 'up' | 'related'>

/** The links of an entry in comparable form, each once. */
export function linksOf(entry: Entry): Links {
  const normalised = (hrefs: readonly string[]): string[] => [...new Set(hrefs.map(normaliseHref))]
  return { self: normalised(entry.self), up: normalised(entry.up), related: normalised(entry.related) }
}

/** All resources of those names. Of several entries with one `self` the later `updated` counts, then the later in the document. */
export function itemsOf(feeds: readonly EspiFeed[], ...names: JoinedName[]): Item[] {
  const items: Item[] = []
  const bySelf = new Map<string, number>()
  for (const { entry, element } of resourcesOf(feeds, names)) {
    const item: Item = { entry, element, ...linksOf(entry), rivals: [] }
    const known = item.self
      .map((self) => bySelf.get(`${element.name} ${self}`))
      .find((at) => at !== undefined)
    const at = known ?? items.length
    const older = items[at]
    items[at] = older ? merged(older, item) : item
    for (const self of item.self) bySelf.set(`${element.name} ${self}`, at)
  }
  return items
}

/** All resources of those names, each by itself, whatever `self` they share. */
export function unmergedItemsOf(feeds: readonly EspiFeed[], ...names: JoinedName[]): Item[] {
  return [...resourcesOf(feeds, names)].map(({ entry, element }) => ({
    entry,
    element,
    ...linksOf(entry),
    rivals: [],
  }))
}

function* resourcesOf(
  feeds: readonly EspiFeed[],
  names: readonly JoinedName[],
): Generator<{ entry: Entry; element: Element }> {
  const written = names.flatMap(writtenAs)
  for (const feed of feeds) {
    for (const { entry, resource } of resourcesIn(feed)) {
      if (written.includes(resource.name)) yield { entry, element: resource.element }
    }
  }
}

function merged(older: Item, newer: Item): Item {
  const winner = newer.entry.updated >= older.entry.updated ? newer : older
  const union = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])]
  const rivals =
    newer.entry.updated === older.entry.updated && contentOf(older.element) !== contentOf(newer.element)
      ? [...older.rivals, older]
      : older.rivals
  return {
    entry: winner.entry,
    element: winner.element,
    self: union(older.self, newer.self),
    up: union(older.up, newer.up),
    related: union(older.related, newer.related),
    rivals,
  }
}

/** How a resource is found to belong to another, in the order in which links are trusted: the order that survives real feeds. */
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

/** Finds the parent of a resource among all of one kind, by the first of `linkRules` that tells one. */
export class Kin<T extends Pick<Links, 'self' | 'related'> = Item> {
  private readonly items: readonly T[]
  private readonly kind: string
  private readonly bySelf = new Map<string, T>()
  private readonly byRelated = new Map<string, T>()
  private readonly byId = new Map<string, Set<T>>()
  private readonly byRule: Readonly<Record<LinkRule, (child: Links) => T | undefined>> = {
    'its related link': ({ related }) => first(related, this.bySelf),
    "the parent's related link to it": ({ self }) => first(self, this.byRelated),
    "the parent's related link to its collection": ({ up }) => first(up, this.byRelated),
    'its up link': ({ up }) => first(up, this.bySelf),
    'nested paths': (child) => this.nested(child),
    'the id in its path': (child) => this.byPathId(child),
    'the only candidate': (child) => this.only(child),
  }

  constructor(items: readonly T[], kind: string) {
    this.items = items
    this.kind = kind
    for (const item of items) {
      for (const self of item.self) {
        this.bySelf.set(self, item)
        const id = segmentId(self, kind)
        if (id === undefined) continue
        this.byId.set(id, (this.byId.get(id) ?? new Set()).add(item))
      }
      for (const related of item.related) this.byRelated.set(related, item)
    }
  }

  parentOf(child: Links): T | undefined {
    return this.find(child)?.parent
  }

  /** The parent and what told it. */
  find(child: Links): { parent: T; rule: LinkRule } | undefined {
    for (const rule of linkRules) {
      const parent = this.byRule[rule](child)
      if (parent) return { parent, rule }
    }
    return undefined
  }

  private nested({ self, up }: Links): T | undefined {
    for (const path of [...self, ...up]) {
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const parent = this.bySelf.get(path.slice(0, end))
        if (parent) return parent
      }
    }
    return undefined
  }

  private byPathId(child: Links): T | undefined {
    const id = this.idNamedBy(child)
    const named = [...((id === undefined ? undefined : this.byId.get(id)) ?? [])]
    const [found, ...others] = named.filter((parent) => !contradict(pathsOf(child), parent.self))
    return others.length === 0 ? found : undefined
  }

  /** A child whose own path names another parent must not be given to the only one that is here. */
  private only(child: Links): T | undefined {
    const [parent, ...others] = this.items
    const isOnly = parent && others.length === 0 && this.idNamedBy(child) === undefined
    return isOnly && !contradict(pathsOf(child), parent.self) ? parent : undefined
  }

  /** The parent's id as the child's links name it. */
  idNamedBy({ self, up, related }: Links): string | undefined {
    for (const path of [...self, ...up, ...related]) {
      const id = segmentId(path, this.kind)
      if (id !== undefined) return id
    }
    return undefined
  }
}

function pathsOf({ self, up }: Links): string[] {
  return [...self, ...up]
}

function first<T>(keys: readonly string[], map: ReadonlyMap<string, T>): T | undefined {
  for (const key of keys) {
    const found = map.get(key)
    if (found !== undefined) return found
  }
  return undefined
}
