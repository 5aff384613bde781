import { sql, type Transaction } from 'kysely'
import { mayUse, opens } from '../oauth/grant-access.ts'
import type { AccessToken } from '../oauth/stores.ts'
import type { Tables } from './schema.ts'

/**
 * Whether this token may be issued, with everything locked that could end it: the clients of the token and of its grants, then its
 * credential. Who changes one of those waits, and then finds the token.
 */
export async function mayIssue(transaction: Transaction<Tables>, token: AccessToken): Promise<boolean> {
  await noteUse(transaction, token)
  const clients = await transaction
    .selectFrom('clients')
    .select(['client_id', 'status', 'scope'])
    .where(
      sql<boolean>`client_id = ${token.clientId}
        or client_id in (select client_id from grants where grant_id = any(${token.grantIds}))`,
    )
    .orderBy('client_id')
    .forShare()
    .execute()
  const credential = await transaction
    .selectFrom('credentials')
    .select('expires_at')
    .where('credential_id', '=', token.credentialId)
    .forShare()
    .executeTakeFirst()
  if (!credential || (credential.expires_at && credential.expires_at <= token.issuedAt)) return false
  const client = (id: string) => clients.find(({ client_id }) => client_id === id)
  if (!mayUse(token.scope, client(token.clientId))) return false
  const grants = await listGrants(transaction, token)
  return grants.every((grant) => opens(grant, client(grant.clientId), token.issuedAt))
}

function listGrants(transaction: Transaction<Tables>, { grantIds }: AccessToken) {
  return transaction
    .selectFrom('grants')
    .select(['client_id as clientId', 'scope', 'status', 'expires', 'not_before as notBefore'])
    .where(sql<boolean>`grant_id = any(${grantIds})`)
    .execute()
}

/** Once a day is enough: it only tells a registration that was used from one that never was. Written before the locks that others may hold too. */
async function noteUse(transaction: Transaction<Tables>, { clientId, issuedAt }: AccessToken): Promise<void> {
  await transaction
    .updateTable('clients')
    .set({ used_at: issuedAt })
    .where('client_id', '=', clientId)
    .where(sql<boolean>`(used_at is null or used_at < ${issuedAt}::timestamptz - interval '1 day')`)
    .execute()
}
