import { sql } from 'kysely'
import type { RegistrationId } from '../shared/ids.ts'
import type { Database } from './database.ts'

const UNUSED_MS = 7 * 86_400_000

/**
 * Deletes every registration, with all its clients, credentials, messages and links, none of whose clients got a token within seven days of
 * its creation, unless a customer has given one of them anything: that is theirs to take back.
 */
export async function purgeUnusedRegistrations(database: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - UNUSED_MS)
  const { rows } = await sql<{ id: RegistrationId }>`select registration_id as id from clients
    group by registration_id having max(created) < ${before} and max(used_at) is null`.execute(database)
  for (const { id } of rows) await deleteRegistration(database, id)
}

/** Who gets the first token at this moment shares the lock of a client: then the token is found here, and the registration stays. */
function deleteRegistration(database: Database, registrationId: RegistrationId): Promise<void> {
  return database.transaction().execute(async (transaction) => {
    const clients = await transaction
      .selectFrom('clients')
      .select(['client_id', 'used_at'])
      .where('registration_id', '=', registrationId)
      .orderBy('client_id')
      .forUpdate()
      .execute()
    const ids = clients.map(({ client_id }) => client_id)
    const tokens = transaction.selectFrom('access_tokens').select('hash')
    const first = await tokens.where(sql<boolean>`client_id = any(${ids})`).limit(1).executeTakeFirst()
    const given = await sql`select 1 from grants where client_id = any(${ids})
      union all select 1 from client_utility_authorizations where client_id = any(${ids}) limit 1`.execute(
      transaction,
    )
    if (first || given.rows.length > 0 || clients.some(({ used_at }) => used_at !== null)) return
    for (const table of ['self_access_links', 'credentials', 'clients'] as const) {
      await transaction.deleteFrom(table).where(sql<boolean>`client_id = any(${ids})`).execute()
    }
    await transaction.deleteFrom('messages').where('registration_id', '=', registrationId).execute()
  })
}
