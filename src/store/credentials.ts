import { type Insertable, type Selectable, sql, type Transaction } from 'kysely'
import type { Credential, CredentialStore } from '../oauth/stores.ts'
import type { CredentialId } from '../shared/ids.ts'
import { type SealKeys, seal, unseal } from '../shared/seal.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, sortKeys, toPage } from './keyset.ts'
import { toMessageRow } from './messages.ts'
import { newestFirst } from './newest-first.ts'
import type { Tables } from './schema.ts'
import type { CredentialRow } from './tables/oauth.ts'
import { endFamilies } from './token-families.ts'

const SORT = newestFirst('credentials', 'credential_id')
/** What client secrets are sealed for; see `shared/seal.ts`. */
export const CLIENT_SECRET = 'client secret'

/** Credentials in PostgreSQL, their secrets sealed. */
export function credentialStore(database: Database, { sealKeys }: { sealKeys: SealKeys }): CredentialStore {
  const ofRegistration = (registrationId: string) =>
    database
      .selectFrom('credentials')
      .innerJoin('clients', 'clients.client_id', 'credentials.client_id')
      .selectAll('credentials')
      .where(sql<boolean>`clients.registration_id = ${registrationId}`)
  const read = (row: Selectable<CredentialRow>) => toCredential(row, sealKeys)

  return {
    create: (credential, mostLive, message) =>
      database.transaction().execute(async (transaction) => {
        const { clientId, created } = credential
        // Two at once: the client's row lets one after the other count.
        const client = transaction.selectFrom('clients').select('client_id').where('client_id', '=', clientId)
        await client.forNoKeyUpdate().execute()
        const live = await transaction
          .selectFrom('credentials')
          .select('credential_id')
          .where('client_id', '=', clientId)
          .where(isLive(created))
          .limit(mostLive)
          .execute()
        if (live.length >= mostLive) return false
        await transaction.insertInto('credentials').values(toCredentialRow(credential, sealKeys)).execute()
        await transaction.insertInto('messages').values(toMessageRow(message)).execute()
        return true
      }),

    async find(registrationId, credentialId) {
      const row = await ofRegistration(registrationId)
        .where(sql<boolean>`credential_id = ${credentialId}`)
        .executeTakeFirst()
      return row && read(row)
    },

    async listLive(clientId, now) {
      const rows = await database
        .selectFrom('credentials')
        .selectAll()
        .where('client_id', '=', clientId)
        .where(isLive(now))
        .orderBy('created')
        .execute()
      return rows.map(read)
    },

    async list(registrationId, filter, page) {
      const rows = await ofRegistration(registrationId)
        .select(sortKeys(SORT).as('sort_keys'))
        .$if(filter.credentialIds !== undefined, (query) =>
          query.where(sql<boolean>`credentials.credential_id = any(${filter.credentialIds})`),
        )
        .$if(filter.clientIds !== undefined, (query) =>
          query.where(sql<boolean>`credentials.client_id = any(${filter.clientIds})`),
        )
        .$if(filter.after !== undefined, (query) =>
          query.where(sql<boolean>`credentials.created >= ${filter.after}`),
        )
        .$if(filter.before !== undefined, (query) =>
          query.where(sql<boolean>`credentials.created <= ${filter.before}`),
        )
        .where(beyond(SORT, page.cursor))
        .orderBy(orderBy(SORT, page.cursor))
        .limit(page.limit + 1)
        .execute()
      const { items, ...neighbours } = toPage(rows, page)
      return { ...neighbours, items: items.map(read) }
    },

    setExpiry: (credentialId, expiresAt, { modified, message }) =>
      database.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable('credentials')
          .set({ expires_at: expiresAt, modified })
          .where('credential_id', '=', credentialId)
          .returningAll()
          .executeTakeFirstOrThrow()
        if (expiresAt && expiresAt <= modified) await endIssued(transaction, credentialId, modified)
        await transaction.insertInto('messages').values(toMessageRow(message)).execute()
        return read(row)
      }),
  }
}

function isLive(at: Date) {
  return sql<boolean>`(expires_at is null or expires_at > ${at})`
}

/** What was issued with a credential ends, whole families where one of their refresh tokens was. */
async function endIssued(
  transaction: Transaction<Tables>,
  credentialId: CredentialId,
  at: Date,
): Promise<void> {
  const families = sql`select family_id from refresh_tokens where credential_id = ${credentialId}`
  await endFamilies(transaction, families, at)
  await transaction.deleteFrom('access_tokens').where('credential_id', '=', credentialId).execute()
}

/** A credential becomes its row: the secret sealed. */
export function toCredentialRow(credential: Credential, sealKeys: SealKeys): Insertable<CredentialRow> {
  return {
    credential_id: credential.credentialId,
    client_id: credential.clientId,
    client_secret_sealed: seal(credential.clientSecret, CLIENT_SECRET, sealKeys),
    expires_at: credential.expiresAt,
    created: credential.created,
    modified: credential.modified,
  }
}

function toCredential(row: Selectable<CredentialRow>, sealKeys: SealKeys): Credential {
  return {
    credentialId: row.credential_id,
    clientId: row.client_id,
    clientSecret: unseal(row.client_secret_sealed, CLIENT_SECRET, sealKeys).toString(),
    expiresAt: row.expires_at,
    created: row.created,
    modified: row.modified,
  }
}
