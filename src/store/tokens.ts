import { sql, type Transaction } from 'kysely'
import type { AccessToken, Issued, TokenStore } from '../oauth/stores.ts'
import { findHeld } from './access-load.ts'
import type { Database } from './database.ts'
import { mayIssue, noteUse } from './may-issue.ts'
import type { Tables } from './schema.ts'
import { endFamilies } from './token-families.ts'
import { toAccess, toAccessRow, toCode, toRefresh, toRefreshRow } from './token-rows.ts'

/** Live access tokens of one family, and of one client outside families: the newest; older ones end. */
const KEPT_OF_FAMILY = 50
const KEPT_OF_CLIENT = 1000

/** Access tokens, refresh tokens and codes in PostgreSQL: hashes only. */
export function tokenStore(database: Database): TokenStore {
  const issue = async (
    access: AccessToken,
    run: (transaction: Transaction<Tables>) => Promise<Issued>,
  ): Promise<Issued> => {
    const issued = await database.transaction().execute(run)
    // Outside, because a transaction that shares the lock of the client must not ask for more.
    if (issued === 'issued') await noteUse(database, access)
    return issued
  }

  return {
    keep: (access) =>
      issue(access, async (transaction) => {
        if (!(await mayIssue(transaction, access))) return 'refused'
        await insertAccess(transaction, access)
        return 'issued'
      }),

    async findAccess(hash) {
      const query = database.selectFrom('access_tokens').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return row && toAccess(row)
    },

    findHeld: (hash) => findHeld(database, hash),

    async findRefresh(hash) {
      const query = database.selectFrom('refresh_tokens').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return row && toRefresh(row)
    },

    async findCode(hash) {
      const query = database.selectFrom('authorization_codes').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return row && toCode(row)
    },

    redeemCode: (hash, { access, refresh }) =>
      issue(access, async (transaction) => {
        if (!(await mayUseOnce(transaction, 'authorization_codes', hash, access))) return 'refused'
        await markUsed(transaction, 'authorization_codes', hash, access)
        await transaction.insertInto('access_tokens').values(toAccessRow(access)).execute()
        await transaction.insertInto('refresh_tokens').values(toRefreshRow(refresh)).execute()
        return 'issued'
      }),

    refresh: (hash, { access, next }) =>
      issue(access, async (transaction) => {
        if (!(await mayUseOnce(transaction, 'refresh_tokens', hash, access))) return 'refused'
        await insertAccess(transaction, access)
        if (!next) return 'issued'
        await markUsed(transaction, 'refresh_tokens', hash, access)
        await transaction.insertInto('refresh_tokens').values(toRefreshRow(next)).execute()
        return 'issued'
      }),

    async revokeAccess(hash) {
      await database.deleteFrom('access_tokens').where('hash', '=', hash).execute()
    },

    endFamily: (familyId, at) =>
      database.transaction().execute((transaction) => endFamilies(transaction, sql`${familyId}`, at)),
  }
}

/**
 * Whether a code or refresh token may give tokens, its family locked until the transaction ends. One that was used before ends the
 * family: whoever came first has what it got taken away.
 */
async function mayUseOnce(
  transaction: Transaction<Tables>,
  table: 'authorization_codes' | 'refresh_tokens',
  hash: Buffer,
  access: AccessToken,
): Promise<boolean> {
  const isAllowed = await mayIssue(transaction, access)
  // Both rows are locked, so both are read as the last transaction left them.
  const { rows } = await sql<{ ended_at: Date | null; used_at: Date | null; expires_at: Date | null }>`
    select f.ended_at, t.used_at, t.expires_at from token_families f join ${sql.table(table)} t using (family_id)
    where t.hash = ${hash} and f.family_id = ${access.familyId} for update`.execute(transaction)
  const [found] = rows
  if (!found || found.ended_at !== null) return false
  if (found.used_at !== null) {
    await endFamilies(transaction, sql`${access.familyId}`, access.issuedAt)
    return false
  }
  return isAllowed && (found.expires_at === null || found.expires_at > access.issuedAt)
}

async function markUsed(
  transaction: Transaction<Tables>,
  table: 'authorization_codes' | 'refresh_tokens',
  hash: Buffer,
  { issuedAt }: AccessToken,
): Promise<void> {
  const query = transaction.updateTable(table).set({ used_at: issuedAt })
  await query.where(sql<boolean>`hash = ${hash}`).execute()
}

/** Keeps the token; the oldest beyond the bound end. */
async function insertAccess(transaction: Transaction<Tables>, access: AccessToken): Promise<void> {
  await transaction.insertInto('access_tokens').values(toAccessRow(access)).execute()
  const [siblings, kept] =
    access.familyId === null
      ? [sql<boolean>`client_id = ${access.clientId} and family_id is null`, KEPT_OF_CLIENT]
      : [sql<boolean>`family_id = ${access.familyId}`, KEPT_OF_FAMILY]
  const older = transaction
    .selectFrom('access_tokens')
    .select('hash')
    .where(siblings)
    .where('hash', '!=', access.hash)
    .orderBy('issued_at', 'desc')
    .offset(kept - 1)
  // What another token takes away at this moment is left to it.
  const unlocked = transaction.selectFrom('access_tokens').select('hash').where('hash', 'in', older)
  await transaction
    .deleteFrom('access_tokens')
    .where('hash', 'in', unlocked.forUpdate().skipLocked())
    .execute()
}
