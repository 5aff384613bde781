import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Tables } from './schema.ts'

/** Ends the families that the query names, and deletes their tokens. Locked in order of their ids, so that two of these never wait for each other. */
export async function endFamilies(
  transaction: Transaction<Tables>,
  familyIds: RawBuilder<unknown>,
  at: Date,
): Promise<void> {
  const locked = await transaction
    .selectFrom('token_families')
    .select('family_id')
    .where(sql<boolean>`family_id in (${familyIds})`)
    .where('ended_at', 'is', null)
    .orderBy('family_id')
    .forUpdate()
    .execute()
  const ids = locked.map(({ family_id }) => family_id)
  if (ids.length === 0) return
  await transaction
    .updateTable('token_families')
    .set({ ended_at: at })
    .where(sql<boolean>`family_id = any(${ids})`)
    .execute()
  for (const table of ['access_tokens', 'refresh_tokens'] as const) {
    await transaction.deleteFrom(table).where(sql<boolean>`family_id = any(${ids})`).execute()
  }
}
