import { sql, type Transaction } from 'kysely'
import { mayUse, opens } from '../oauth/grant-access.ts'
import type { AccessToken } from '../oauth/stores.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/**
 * Whether this token may be issued, with everything locked that could end it: its client and credential, then the clients of its grants.
 * Who changes one of those waits, and then finds the token.
 */
export async function mayIssue(transaction: Transaction<Tables>, token: AccessToken): Promise<boolean> {
  const asker = await transaction
    .selectFrom('clients')
    .innerJoin('credentials', 'credentials.client_id', 'clients.client_id')
    .select(['status', 'scope', 'expires_at'])
    .where('clients.client_id', '=', token.clientId)
    .where('credential_id', '=', token.credentialId)
    .forShare()
    .executeTakeFirst()
  const grants = token.grantIds.length === 0 ? [] : await listGrants(transaction, token)
  if (!asker || (asker.expires_at && asker.expires_at <= token.issuedAt)) return false
  if (!mayUse(token.scope, asker)) return false
  return grants.every(({ client_status: status, client_scope: scope, ...grant }) =>
    opens(grant, { status, scope }, token.issuedAt),
  )
}

/** The grants with their clients, in an order that is always the same, so that two of these never wait for each other. */
function listGrants(transaction: Transaction<Tables>, { grantIds }: AccessToken) {
  return transaction
    .selectFrom('grants')
    .innerJoin('clients', 'clients.client_id', 'grants.client_id')
    .select(['grants.scope', 'grants.status', 'expires', 'not_before as notBefore'])
    .select(['clients.scope as client_scope', 'clients.status as client_status'])
    .where(sql<boolean>`grant_id = any(${grantIds})`)
    .orderBy('clients.client_id')
    .forShare('clients')
    .execute()
}

/** When a client last got a token, once a day: it tells a registration that is used from one that never was. */
export async function noteUse(
  database: Database,
  { clientId, issuedAt }: Pick<AccessToken, 'clientId' | 'issuedAt'>,
): Promise<void> {
  await database
    .updateTable('clients')
    .set({ used_at: issuedAt })
    .where('client_id', '=', clientId)
    .where(sql<boolean>`(used_at is null or used_at < ${issuedAt}::timestamptz - interval '1 day')`)
    .execute()
}
