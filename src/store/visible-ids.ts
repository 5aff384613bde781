import { type RawBuilder, sql } from 'kysely'
import { kinds } from '../cds/kinds/index.ts'
import type { Kind, KindName } from '../cds/kinds/kind.ts'
import type { View, VisibleIds } from '../cds/stores.ts'
import type { Database } from './database.ts'
import { holds, inRange } from './list-objects.ts'
import { onSomePath, viewRows, viewsTable } from './views-sql.ts'

/** See `CustomerDataReader.visibleIds`: one statement, whatever the kinds. */
export async function visibleIds(
  db: Database,
  views: readonly View[],
  named: ReadonlyMap<KindName, readonly string[]>,
): Promise<VisibleIds> {
  const pairs = [...named].flatMap(([kind, ids]) => [...new Set(ids)].map((id) => [kind, id] as const))
  const rows = viewRows(views, [...named.keys()])
  if (pairs.length === 0 || !rows) return new Map()
  const found = await sql<Named>`
    with ${viewsTable(rows)}, named as materialized (
      select * from unnest(${pairs.map(([kind]) => kind)}::text[], ${pairs.map(([, id]) => id)}::text[]) as named(kind, id))
    ${visibleOf(sql`named`)}`.execute(db)
  return groupByKind(found.rows)
}

export interface Named {
  kind: KindName
  id: string
}

/** Those of a table of kinds and ids that a view of the table `v` shows; conditions may follow. */
export function visibleOf(named: RawBuilder<unknown>): RawBuilder<unknown> {
  const byKind = (condition: (kind: Kind) => RawBuilder<boolean>) =>
    sql<boolean>`case o.kind ${sql.join(
      kinds.map((kind) => sql`when ${sql.lit(kind.name)} then ${condition(kind)}`),
      sql` `,
    )} end`
  return sql`
    select distinct o.kind, o.id
    from v cross join lateral (select * from customer_objects o where o.utility_authorization_id = v.a offset 0) o
    join ${named} n on n.kind = o.kind and n.id = o.id
    where o.kind = any(v.shows) and ${byKind(inRange)} and ${onSomePath(byKind(holds))}`
}

export function groupByKind(rows: readonly Named[]): VisibleIds {
  const byKind = new Map<KindName, Set<string>>()
  for (const { kind, id } of rows) byKind.set(kind, (byKind.get(kind) ?? new Set()).add(id))
  return byKind
}
