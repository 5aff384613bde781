/**
 * A list with one more item. A list of one, the usual case, takes no more memory than that (an empty list that grows makes
 * room for many), and an empty one is never changed, so that many can share it.
 */
export function appended<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item]
  list.push(item)
  return list
}
