import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { AccessToken, TokenStore } from '../oauth/stores.ts'
import type { Database } from './database.ts'
import { mayIssue } from './may-issue.ts'
import type { Tables } from './schema.ts'
import { endFamilies, lockFamily } from './token-families.ts'
import { toAccess, toAccessRow, toCode, toRefresh, toRefreshRow } from './token-rows.ts'

/** Live access tokens of one family, and of one client outside families: the newest; older ones end. */
const KEPT_OF_FAMILY = 50
const KEPT_OF_CLIENT = 1000

/** Access tokens, refresh tokens and codes in PostgreSQL: hashes only. */
export function tokenStore(database: Database): TokenStore {
  return {
    keep: (access) =>
      database.transaction().execute(async (transaction) => {
        if (!(await mayIssue(transaction, access))) return 'refused'
        await insertAccess(transaction, access)
        return 'issued'
      }),

    async findAccess(hash) {
      const query = database.selectFrom('access_tokens').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return row && toAccess(row)
    },

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
      database.transaction().execute(async (transaction) => {
        if (!(await mayUseOnce(transaction, 'authorization_codes', hash, access))) return 'refused'
        await markUsed(transaction, 'authorization_codes', hash, access)
        await insertAccess(transaction, access)
        await transaction.insertInto('refresh_tokens').values(toRefreshRow(refresh)).execute()
        return 'issued'
      }),

    refresh: (hash, { access, next }) =>
      database.transaction().execute(async (transaction) => {
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
  if (access.familyId === null) throw new Error('a token of a code without a family')
  if ((await lockFamily(transaction, access.familyId)) === 'refused') return false
  const found = await transaction
    .selectFrom(table)
    .select(['used_at', 'expires_at'])
    .where(isHash(hash))
    .where('family_id', '=', access.familyId)
    .executeTakeFirst()
  if (found?.used_at) await endFamilies(transaction, sql`${access.familyId}`, access.issuedAt)
  if (!found || found.used_at !== null) return false
  return isAllowed && (found.expires_at === null || found.expires_at > access.issuedAt)
}

async function markUsed(
  transaction: Transaction<Tables>,
  table: 'authorization_codes' | 'refresh_tokens',
  hash: Buffer,
  { issuedAt }: AccessToken,
): Promise<void> {
  await transaction.updateTable(table).set({ used_at: issuedAt }).where(isHash(hash)).execute()
}

function isHash(hash: Buffer): RawBuilder<boolean> {
  return sql<boolean>`hash = ${hash}`
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
