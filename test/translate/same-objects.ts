import { canonicalJson } from '../../src/shared/json.ts'
import type { Translated } from '../../src/translate/translated.ts'

const IDS = /[0-9a-f]{32}/g

/**
 * All objects of a translation as texts, an id being the place at which it first comes up: two translations are the same, ids aside,
 * where these are. Objects are put in an order that their ids have no part in.
 */
export function withoutIds({ refused: _, ...lists }: Translated): string[] {
  const texts = Object.entries(lists).flatMap(([list, objects]) =>
    objects.map((object) => `${list} ${canonicalJson(withSortedIds(object))}`).sort(byContent),
  )
  const places = new Map<string, number>()
  return texts.map((text) =>
    text.replace(IDS, (id) => {
      const place = places.get(id) ?? places.size
      places.set(id, place)
      return `#${place}`
    }),
  )
}

function byContent(a: string, b: string): number {
  const [x, y] = [a.replace(IDS, '#'), b.replace(IDS, '#')]
  return x < y ? -1 : x > y ? 1 : 0
}

/** Lists of ids are sets. */
function withSortedIds(object: object): object {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, isIds(value) ? value.toSorted() : value]),
  )
}

function isIds(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 1 &&
    value.every((one) => typeof one === 'string' && /^[0-9a-f]{32}$/.test(one))
  )
}
