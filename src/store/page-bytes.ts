import type { Page, PageRequest } from '../shared/page.ts'
import { toPage } from './keyset.ts'

/** A page ends after so many bytes of text, whatever its objects hold. */
const PAGE_BYTES = 1024 * 1024

/**
 * As `toPage`, for rows that say how many bytes their objects have: the page ends before it grows too large, but never before its
 * first object.
 */
export function toBoundedPage<Row extends { sort_keys: string[]; bytes: number }>(
  rows: Row[],
  { limit, cursor }: PageRequest,
): Page<Row> {
  let total = 0
  const fitting = rows.slice(0, limit).findIndex(({ bytes }, index) => {
    total += bytes
    return index > 0 && total > PAGE_BYTES
  })
  const count = fitting === -1 ? limit : fitting
  return toPage(rows.slice(0, count + 1), { limit: count, ...(cursor ? { cursor } : {}) })
}

/** The objects of a page, fetched after its end was known, in the order of its ids. */
export function inOrder<T>(ids: readonly string[], all: readonly T[], idOf: (one: T) => string): T[] {
  const byId = new Map(all.map((one) => [idOf(one), one]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
