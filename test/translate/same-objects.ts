import { canonicalJson } from '../../src/shared/json.ts'
import type { Translated } from '../../src/translate/translated.ts'

const IDS = /[0-9a-f]{32}/g

/**
 * All objects of a translation as texts, an id being the place at which it first comes up: two translations are the same, ids aside,
 * where these are. Objects are put in an order that their ids have no part in.
 */
export function withoutIds({ refused: _, ...lists }: Translated): string[] {
  const texts = Object.entries(lists).flatMap(([list, objects]) =>
    objects.map((object) => `${list} ${canonicalJson(object)}`).sort(byContent),
  )
  const places = new Map<string, number>()
  return texts.map((text) =>
    withSortedIds(text, places).replace(IDS, (id) => {
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

const ID_LISTS = /\["[0-9a-f]{32}"(?:,"[0-9a-f]{32}")+\]/g

/** Lists of ids are sets: in the order in which the ids came up first. */
function withSortedIds(text: string, places: ReadonlyMap<string, number>): string {
  const placeOf = (id: string): number => places.get(id) ?? places.size
  return text.replace(ID_LISTS, (list) =>
    JSON.stringify((JSON.parse(list) as string[]).toSorted((a, b) => placeOf(a) - placeOf(b))),
  )
}
