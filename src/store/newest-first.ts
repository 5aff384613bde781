import { sql } from 'kysely'
import type { SortKey } from './keyset.ts'

/** The order of every listing of CDS-WG1-02: most recently modified first; the id decides between equals. */
export function newestFirst(table: string, id: string): SortKey[] {
  return [
    { expression: sql.ref(`${table}.modified`), type: 'timestamptz', descending: true },
    { expression: sql`${sql.ref(`${table}.${id}`)} collate "C"`, type: 'text collate "C"', descending: true },
  ]
}
