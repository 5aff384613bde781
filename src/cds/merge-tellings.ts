import { canonicalJson, type Json } from '../shared/json.ts'
import type { Kind } from './kinds/kind.ts'
import type { Telling, Told, View } from './stores.ts'

type Members = { readonly [member: string]: Json }

/**
 * What several authorizations told of an object becomes one object. Each telling is cut first, to what the views over that authorization
 * open; then the newest one that tells a member tells it, and lists collected from several resources (`unions`) have the entries of all.
 * What is null, empty or absent is not told, and erases nothing.
 */
export function mergeTellings(
  kind: Kind,
  { tellings }: Pick<Told, 'tellings'>,
  views: readonly View[],
): Members {
  const cut = [...tellings].sort(newestFirst).map((telling) => opened(kind, telling, views))
  if (cut.length === 1 && cut[0]) return cut[0]
  const members = new Set(cut.flatMap((object) => Object.keys(object)))
  return Object.fromEntries([...members].map((name) => [name, mergeMember(kind, name, cut)]))
}

/** The latest change counts; of two in the same moment, that of the smaller authorization id. */
function newestFirst(a: Telling, b: Telling): number {
  const [left, right] = [a.utilityAuthorizationId, b.utilityAuthorizationId]
  return b.modified.getTime() - a.modified.getTime() || (left < right ? -1 : 1)
}

/** The members that the views over this telling's authorization open, CDS-WG3-01 §7.2 #auth-details-included-data. */
function opened(kind: Kind, { object, views: numbers }: Telling, views: readonly View[]): Members {
  const open = new Set(numbers.flatMap((index) => [...(views[index]?.includes ?? [])]))
  const entries = Object.entries(object).filter(([name]) => {
    const include = kind.opened[name]
    // A member of ours that nobody gave an include stays closed.
    return include === undefined ? !name.startsWith('espi_') : open.has(include)
  })
  return Object.fromEntries(entries)
}

function mergeMember({ unions }: Kind, name: string, newestFirst: readonly Members[]): Json {
  const values = newestFirst.flatMap((object) => (name in object ? [object[name] ?? null] : []))
  if (unions.includes(name)) return union(values)
  return values.find(isTold) ?? values[0] ?? null
}

function union(lists: readonly Json[]): Json {
  const entries = lists.flatMap((list) => (Array.isArray(list) ? list : []))
  return [...new Map(entries.map((entry) => [canonicalJson(entry), entry])).values()]
}

function isTold(value: Json): boolean {
  return value !== null && !(Array.isArray(value) && value.length === 0)
}
