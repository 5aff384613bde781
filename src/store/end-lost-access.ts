import { type Selectable, sql, type Transaction } from 'kysely'
import { mayUse } from '../oauth/grant-access.ts'
import { scopeIds } from '../oauth/scopes/index.ts'
import type { Tables } from './schema.ts'
import type { ClientRow } from './tables/oauth.ts'
import { endFamilies } from './token-families.ts'

type Row = Pick<Selectable<ClientRow>, 'client_id' | 'status' | 'scope'>

/**
 * A client that was disabled, or lost scopes, loses what it held through them: its own tokens, those that other clients hold for its
 * grants (CDS-WG1-02 §3.3.2 #scopes-grant-admin), and its codes. To be called with the client's row locked: who issues a token shares
 * that lock.
 */
export async function endLostAccess(
  transaction: Transaction<Tables>,
  { before, after }: { before: Row; after: Row },
  at: Date,
): Promise<void> {
  const lost = scopeIds(before.scope).filter((id) => mayUse(id, before) && !mayUse(id, after))
  if (lost.length === 0) return
  const isLost = sql`string_to_array(scope, ' ') && ${lost}::text[]`
  const grants = sql`array(select grant_id from grants where client_id = ${after.client_id} and ${isLost})`
  await endFamilies(
    transaction,
    sql`select family_id from refresh_tokens where grant_ids && ${grants}
      union select family_id from authorization_codes where grant_ids && ${grants}`,
    at,
  )
  await transaction
    .deleteFrom('access_tokens')
    .where(sql<boolean>`(client_id = ${after.client_id} and ${isLost}) or grant_ids && ${grants}`)
    .execute()
}
