import { sql, type Transaction } from 'kysely'
import type { ContextEntry, WindowChange } from '../sync/stores.ts'
import type { Tables } from './schema.ts'

/**
 * The entries that later feeds refer to take the place of those with the same key; what is equal is not written. The customer's resources
 * always come whole: what a feed no longer holds is gone at the utility.
 */
export async function putContext(
  trx: Transaction<Tables>,
  { utilityAuthorizationId: id, window, context }: WindowChange,
): Promise<void> {
  const isWhole = window.purpose === 'customer'
  if (context.length === 0 && !isWhole) return
  // The list of usage points and the usage feeds speak of the same entries: one replaces the other.
  const purpose = isWhole ? 'customer' : 'usage'
  const told = [...new Map(context.map((entry) => [placeOf(entry), entry])).values()]
  await sql`/* put-context */
    with told as (select * from unnest(${told.map(({ days }) => (days === undefined ? purpose : BILLS))}::text[],
      ${told.map(placeOf)}::text[], ${told.map(({ json }) => json)}::text[]) as t(purpose, key, entry)),
    gone as (
      delete from espi_context c where ${isWhole}::boolean and c.utility_authorization_id = ${id} and c.purpose = ${purpose}
        and not exists (select from told t where t.purpose = c.purpose and t.key = c.key))
    insert into espi_context (utility_authorization_id, purpose, key, entry)
    select ${id}, t.purpose, t.key, t.entry::json from told t
    where not exists (select from espi_context c where c.utility_authorization_id = ${id} and c.purpose = t.purpose
      and c.key = t.key and c.entry::text = t.entry)
    on conflict (utility_authorization_id, purpose, key) do update set entry = excluded.entry`.execute(trx)
}

/** The purpose under which bills are kept, whose keys begin with their days. */
export const BILLS = 'bills'

function placeOf({ key, days }: ContextEntry): string {
  return days === undefined ? key : `${days} ${key}`
}
