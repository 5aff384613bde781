import { toDatetime } from '../shared/clock.ts'
import { isJsonObject, type Json } from '../shared/json.ts'
import type { Kind, KindName } from './kinds/kind.ts'
import { mergeTellings } from './merge-tellings.ts'
import type { Told, View, VisibleIds } from './stores.ts'

/** The ids in members that name other objects, by kind. */
export function idsNamedBy(kind: Kind, page: readonly Told[]): Map<KindName, string[]> {
  const named = new Map<KindName, string[]>()
  for (const [relation, other] of Object.entries(kind.relations)) {
    if (!other) continue
    const ids = page.flatMap(({ tellings }) => tellings.flatMap(({ object }) => idsAt(object, relation)))
    if (ids.length > 0) named.set(other, [...(named.get(other) ?? []), ...ids])
  }
  return named
}

/** What a relation names, `member` or `list.member`. */
function idsAt(object: Told['tellings'][number]['object'], relation: string): string[] {
  const [member = '', inner] = relation.split('.')
  const value = object[member]
  if (inner === undefined) return idsIn(value)
  return entriesOf(value).flatMap((entry) => idsIn(entry[inner]))
}

function idsIn(value: Json | undefined): string[] {
  return [value ?? []].flat().filter((id) => typeof id === 'string')
}

/** An object as this access may see it, CDS-WG3-01 §10: merged, stamped, and naming only objects that the access may read too. */
export function visibleObject(kind: Kind, told: Told, views: readonly View[], visible: VisibleIds): string {
  const object = mergeTellings(kind, told, views)
  const related = Object.entries(kind.relations).flatMap(([relation, other]) => {
    const [member = '', inner] = relation.split('.')
    const value = object[member]
    if (!other || value === undefined) return []
    const ids = visible.get(other) ?? NOTHING
    return [
      [member, inner === undefined ? onlyVisible(value, ids) : onlyVisibleIn(value, inner, ids)] as const,
    ]
  })
  return JSON.stringify({
    ...object,
    cds_created: toDatetime(told.created),
    cds_modified: toDatetime(told.modified),
    cds_synced: toDatetime(told.synced),
    ...Object.fromEntries(related),
  })
}

const NOTHING: ReadonlySet<string> = new Set()

function onlyVisible(value: Json, visible: ReadonlySet<string>): Json {
  const isVisible = (id: Json) => typeof id === 'string' && visible.has(id)
  if (Array.isArray(value)) return value.filter(isVisible)
  return isVisible(value) ? value : null
}

/** In each object of a list; the member is left out where it names nothing that is visible. */
function onlyVisibleIn(value: Json, member: string, visible: ReadonlySet<string>): Json {
  return entriesOf(value).map(({ [member]: named, ...rest }) => {
    const ids = idsIn(named).filter((id) => visible.has(id))
    return ids.length > 0 ? { ...rest, [member]: ids } : rest
  })
}

function entriesOf(value: Json | undefined): { [member: string]: Json }[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
