import { normaliseHref, segmentId } from './links.ts'
import type { Element, Entry, EspiFeed, IntervalBlock } from './model.ts'
import type { Readings } from './readings.ts'

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

/** One IntervalBlock with the links of its entry and the rows it points into. */
export interface BlockItem {
  entry: Entry
  block: IntervalBlock
  readings: Readings
  /** Its place among all blocks of all feeds, in the order of the documents. */
  place: number
  self: string[]
  up: string[]
  related: string[]
}

type Links = Pick<Item, 'self' | 'up' | 'related'>

export function linksOf(entry: Entry): Links {
  const normalised = (hrefs: string[]): string[] => [...new Set(hrefs.map(normaliseHref))]
  return { self: normalised(entry.self), up: normalised(entry.up), related: normalised(entry.related) }
}

/** All resources of that element name. Of several entries with one `self` the later `updated` counts, then the later in the document. */
export function itemsOf(feeds: readonly EspiFeed[], ...names: string[]): Item[] {
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

/** All resources of those element names, each by itself, whatever `self` they share. */
export function unmergedItemsOf(feeds: readonly EspiFeed[], ...names: string[]): Item[] {
  return [...resourcesOf(feeds, names)].map(({ entry, element }) => ({
    entry,
    element,
    ...linksOf(entry),
    rivals: [],
  }))
}

function* resourcesOf(
  feeds: readonly EspiFeed[],
  names: string[],
): Generator<{ entry: Entry; element: Element }> {
  for (const feed of feeds) {
    for (const entry of feed.entries) {
      for (const payload of entry.payloads) {
        if (payload.type === 'resource' && names.includes(payload.name))
          yield { entry, element: payload.element }
      }
    }
  }
}

function merged(older: Item, newer: Item): Item {
  const winner = newer.entry.updated >= older.entry.updated ? newer : older
  const union = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])]
  const rivals =
    newer.entry.updated === older.entry.updated && !sameContent(older.element, newer.element)
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

function sameContent(a: Element, b: Element): boolean {
  return contentOf(a) === contentOf(b)
}

function contentOf(element: Element): string {
  return JSON.stringify([element.name, element.text.trim(), element.children.map(contentOf).sort()])
}

/**
 * Finds the parent of a resource among all of one kind, in the order that survives real feeds: a link to or from the
 * other's `self`, the parent's link to the collection (`up`), `up` to the parent itself, nesting of the paths, the id in
 * the path, and at last the only candidate there is.
 */
export class Kin {
  private readonly items: readonly Item[]
  private readonly kind: string
  private readonly bySelf = new Map<string, Item>()
  private readonly byRelated = new Map<string, Item>()
  private readonly byId = new Map<string, Item | 'several'>()

  constructor(items: readonly Item[], kind: string) {
    this.items = items
    this.kind = kind
    for (const item of items) {
      for (const self of item.self) {
        this.bySelf.set(self, item)
        const id = segmentId(self, kind)
        if (id === undefined) continue
        const known = this.byId.get(id)
        this.byId.set(id, known === undefined || known === item ? item : 'several')
      }
      for (const related of item.related) this.byRelated.set(related, item)
    }
  }

  parentOf(child: Links): Item | undefined {
    return this.linked(child) ?? this.nested(child) ?? this.byPathId(child) ?? this.only(child)
  }

  private linked({ self, up, related }: Links): Item | undefined {
    return (
      first(related, this.bySelf) ??
      first(self, this.byRelated) ??
      first(up, this.byRelated) ??
      first(up, this.bySelf)
    )
  }

  private nested({ self, up }: Links): Item | undefined {
    for (const path of [...self, ...up]) {
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const parent = this.bySelf.get(path.slice(0, end))
        if (parent) return parent
      }
    }
    return undefined
  }

  private byPathId(child: Links): Item | undefined {
    const id = this.idNamedBy(child)
    const found = id === undefined ? undefined : this.byId.get(id)
    return found === 'several' ? undefined : found
  }

  /** A child whose own path names another parent must not be given to the only one that is here. */
  private only(child: Links): Item | undefined {
    return this.items.length === 1 && this.idNamedBy(child) === undefined ? this.items[0] : undefined
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

function first<T>(keys: readonly string[], map: ReadonlyMap<string, T>): T | undefined {
  for (const key of keys) {
    const found = map.get(key)
    if (found !== undefined) return found
  }
  return undefined
}
