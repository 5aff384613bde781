import { type RawBuilder, sql } from 'kysely'
import type { Cursor, Page, PageRequest } from '../shared/page.ts'

/** One column of a listing's order: its expression, its direction, and how its value is written into a cursor. */
export interface SortKey {
  expression: RawBuilder<unknown>
  /** The SQL type that a cursor's text is cast to. */
  type: 'text collate "C"' | 'timestamptz'
  descending?: boolean
}

/** Rows beyond the cursor, in the direction of reading. `true` without a cursor. */
export function beyond(sort: readonly SortKey[], cursor: Cursor | undefined): RawBuilder<boolean> {
  if (!cursor || cursor.keys.length !== sort.length) return sql<boolean>`true`
  const alternatives = sort.map((key, depth) => {
    const equal = sort
      .slice(0, depth)
      .map((earlier, index) => sql`${earlier.expression} = ${keyValue(earlier, cursor.keys[index])}`)
    const forward = cursor.direction === 'next' ? !key.descending : key.descending
    const step = forward
      ? sql`${key.expression} > ${keyValue(key, cursor.keys[depth])}`
      : sql`${key.expression} < ${keyValue(key, cursor.keys[depth])}`
    return sql`(${sql.join([...equal, step], sql` and `)})`
  })
  return sql<boolean>`(${sql.join(alternatives, sql` or `)})`
}

/** The order of reading: as listed, or backwards for the page before. */
export function orderBy(sort: readonly SortKey[], cursor: Cursor | undefined): RawBuilder<unknown> {
  const backwards = cursor?.direction === 'previous'
  return sql.join(
    sort.map(
      (key) => sql`${key.expression} ${sql.raw((key.descending ?? false) !== backwards ? 'desc' : 'asc')}`,
    ),
  )
}

/** The sort keys of a row, selected beside it as a text array. Moments keep their microseconds. */
export function sortKeys(sort: readonly SortKey[]): RawBuilder<string[]> {
  return sql<string[]>`array[${sql.join(
    sort.map((key) =>
      key.type === 'timestamptz'
        ? sql`to_char(${key.expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
        : sql`${key.expression}`,
    ),
  )}]::text[]`
}

/** `limit + 1` rows read in the order of reading become a page with the cursors of its neighbours. */
export function toPage<Row extends { sort_keys: string[] }>(rows: Row[], page: PageRequest): Page<Row> {
  return toKeyedPage(rows, page, ({ sort_keys }) => sort_keys)
}

/** The same with keys that are made of the first and the last row alone. */
export function toKeyedPage<Row>(
  rows: Row[],
  { limit, cursor }: PageRequest,
  keysOf: (row: Row) => string[],
): Page<Row> {
  const more = rows.length > limit
  const items = rows.slice(0, limit)
  const backwards = cursor?.direction === 'previous'
  if (backwards) items.reverse()
  const first = items[0]
  const last = items.at(-1)
  const hasNext = backwards ? true : more
  const hasPrevious = backwards ? more : cursor !== undefined
  return {
    items,
    ...(hasNext && last ? { next: { direction: 'next', keys: keysOf(last) } } : {}),
    ...(hasPrevious && first ? { previous: { direction: 'previous', keys: keysOf(first) } } : {}),
  }
}

function keyValue(key: SortKey, value: string | undefined): RawBuilder<unknown> {
  return key.type === 'timestamptz'
    ? sql`${value ?? null}::timestamptz`
    : sql`${value ?? null}::text collate "C"`
}
