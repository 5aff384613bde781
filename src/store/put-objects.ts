import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { kinds as servedKinds } from '../cds/kinds/index.ts'
import type { FacetContext, Kind } from '../cds/kinds/kind.ts'
import { canonicalJson } from '../shared/json.ts'
import type { WindowChange } from '../sync/stores.ts'
import type { Translated } from '../translate/translated.ts'
import { batches } from './batches.ts'
import { numbersOf } from './numbers-of.ts'
import type { Tables } from './schema.ts'

type Trx = Transaction<Tables>

/** Characters of bodies in one statement. */
const MOST_CHARACTERS = 2_000_000

interface ObjectRow {
  kind: string
  id: string
  body: string
  facets: string
  hash: Buffer
}

/**
 * Objects of all kinds take the place of what this authorization told before: what it no longer tells is gone, and what is equal is not
 * written.
 */
export async function putObjects(
  trx: Trx,
  change: WindowChange,
  kinds: readonly Kind[] = servedKinds,
): Promise<void> {
  const rows = objectRows(change.translated, kinds)
  const changed = await removeGone(trx, change, { rows, kinds })
  for (const batch of batches(changed, MOST_CHARACTERS, ({ body }) => body.length)) {
    await upsert(trx, change, batch)
  }
}

function objectRows(translated: Translated, kinds: readonly Kind[]): ObjectRow[] {
  const numbers = numbersOf(translated)
  const context: FacetContext = { contractNumber: (id) => numbers.get(id) }
  // The table of kinds names the list of each by a text.
  const lists = translated as unknown as Record<string, readonly Record<string, unknown>[] | undefined>
  return kinds.flatMap((kind) =>
    (lists[kind.translated] ?? []).map((object) => ({
      kind: kind.name,
      id: String(object[kind.idMember]),
      body: JSON.stringify(object),
      facets: JSON.stringify(facetsOf(object, kind, context)),
      hash: createHash('sha256').update(canonicalJson(object)).digest(),
    })),
  )
}

/** Null and an empty list say that the facet was not told. */
function facetsOf(
  object: Record<string, unknown>,
  { facets }: Kind,
  context: FacetContext,
): Record<string, string | readonly string[]> {
  const told = Object.entries(facets).map(([name, facet]) => [name, facet.of(object, context)] as const)
  return Object.fromEntries(
    told.filter((entry): entry is [string, string | readonly string[]] => !!entry[1]?.length),
  )
}

/**
 * Removes what is not told any more, and gives those rows that differ from what is stored. When something was first met is remembered:
 * what comes back is not new, least of all for "include future" (CDS-WG3-01 §9.2.3.2).
 */
async function removeGone(
  trx: Trx,
  change: WindowChange,
  { rows, kinds }: { rows: readonly ObjectRow[]; kinds: readonly Kind[] },
): Promise<ObjectRow[]> {
  const id = change.utilityAuthorizationId
  const lasting = kinds.filter(({ perWindow }) => perWindow).map(({ name }) => name)
  const changed = await sql<{ place: bigint }>`/* remove-gone-objects */
    with told as (
      select * from unnest(${rows.map(({ kind }) => kind)}::text[], ${rows.map((row) => row.id)}::text[],
        ${rows.map(({ facets }) => facets)}::text[], ${rows.map(({ hash }) => hash)}::bytea[])
        with ordinality as t(kind, id, facets, hash, place)),
    gone as (
      delete from customer_objects o where o.utility_authorization_id = ${id}
        and not exists (select from told t where t.kind = o.kind and t.id = o.id)
        and o.kind <> all(${lasting}::text[])
      returning o.kind, o.id, o.created),
    remembered as (
      insert into earlier_created select ${id}, g.kind, g.id, g.created from gone g on conflict do nothing)
    select t.place from told t where not exists (
      select from customer_objects o where o.utility_authorization_id = ${id} and o.kind = t.kind and o.id = t.id
        and o.content_hash = t.hash and o.facets = t.facets::jsonb)`.execute(trx)
  const places = new Set(changed.rows.map(({ place }) => Number(place)))
  return rows.filter((_, index) => places.has(index + 1))
}

async function upsert(
  trx: Trx,
  { utilityAuthorizationId: id, at }: WindowChange,
  rows: ObjectRow[],
): Promise<void> {
  await sql`/* put-objects */
    insert into customer_objects as o (utility_authorization_id, kind, id, body, facets, content_hash, created, modified)
    select ${id}, t.kind, t.id, t.body::json, t.facets::jsonb, t.hash, coalesce(e.created, ${at}::timestamptz), ${at}::timestamptz
    from unnest(${rows.map(({ kind }) => kind)}::text[], ${rows.map((row) => row.id)}::text[],
      ${rows.map(({ body }) => body)}::text[], ${rows.map(({ facets }) => facets)}::text[],
      ${rows.map(({ hash }) => hash)}::bytea[]) as t(kind, id, body, facets, hash)
    left join earlier_created e on e.utility_authorization_id = ${id} and e.kind = t.kind and e.id = t.id
    on conflict (utility_authorization_id, kind, id) do update set body = excluded.body, facets = excluded.facets,
      content_hash = excluded.content_hash,
      modified = case when o.content_hash = excluded.content_hash then o.modified else excluded.modified end`.execute(
    trx,
  )
}
