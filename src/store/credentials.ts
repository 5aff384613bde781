import { type Insertable, type Selectable, sql } from 'kysely'
import type { Credential, CredentialStore } from '../oauth/stores.ts'
import { type SealKeys, seal, unseal } from '../shared/seal.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, sortKeys, toPage } from './keyset.ts'
import { newestFirst } from './newest-first.ts'
import type { CredentialRow } from './tables/oauth.ts'

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
    async create(credential) {
      await database.insertInto('credentials').values(toCredentialRow(credential, sealKeys)).execute()
    },

    async find(registrationId, credentialId) {
      const row = await ofRegistration(registrationId)
        .where(sql<boolean>`credential_id = ${credentialId}`)
        .executeTakeFirst()
      return row && read(row)
    },

    async listByClient(clientId) {
      const query = database.selectFrom('credentials').selectAll().where('client_id', '=', clientId)
      return (await query.orderBy('created').execute()).map(read)
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

    async setExpiry(credentialId, expiresAt, modified) {
      const row = await database
        .updateTable('credentials')
        .set({ expires_at: expiresAt, modified })
        .where('credential_id', '=', credentialId)
        .returningAll()
        .executeTakeFirstOrThrow()
      return read(row)
    },
  }
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
