import { type Insertable, type Selectable, sql } from 'kysely'
import { mayUse } from '../oauth/grant-access.ts'
import type { AuthorizationRequest, AuthorizationRequestStore } from '../oauth/stores.ts'
import type { Database } from './database.ts'
import { toGrantRow } from './grants.ts'
import { readDetails, readParameters } from './oauth-json.ts'
import { signIns } from './sign-ins.ts'
import { requestRunsOf } from './sync-runs.ts'
import type { AuthorizationRequestRow } from './tables/oauth.ts'
import { toCodeRow } from './token-rows.ts'

/** Authorization requests on their way, what customers decided, and their receipts, in PostgreSQL. */
export function authorizationRequestStore(database: Database): AuthorizationRequestStore {
  const open = () => database.updateTable('authorization_requests').where('outcome', 'is', null)

  return {
    async create(request, mostOpen) {
      if ((await countOpen(database, request, mostOpen)) >= mostOpen) return false
      await database.insertInto('authorization_requests').values(toRow(request)).execute()
      return true
    },

    async find(requestId) {
      const query = database.selectFrom('authorization_requests').selectAll()
      const row = await query.where('request_id', '=', requestId).executeTakeFirst()
      return row && toRequest(row)
    },

    ...signIns(database),

    async signedIn(requestId, session) {
      const values = {
        utility_id: session.utilityId,
        utility_authorization_id: session.utilityAuthorizationId,
        expires_at: session.expiresAt,
      }
      const first = open().where('request_id', '=', requestId).where('utility_authorization_id', 'is', null)
      return (await first.set(values).executeTakeFirstOrThrow()).numUpdatedRows === 1n
    },

    forgetSignIn: (requestId) =>
      database.transaction().execute(async (transaction) => {
        const open = await transaction
          .selectFrom('authorization_requests')
          .select('utility_authorization_id')
          .where('request_id', '=', requestId)
          .where('outcome', 'is', null)
          .forUpdate()
          .executeTakeFirst()
        if (!open?.utility_authorization_id) return undefined
        await transaction
          .updateTable('authorization_requests')
          .set({ utility_authorization_id: null })
          .where('request_id', '=', requestId)
          .execute()
        return open.utility_authorization_id
      }),

    approve: (requestId, { grants, code, receipt }) =>
      database.transaction().execute(async (transaction) => {
        // Who disables the client at this moment waits, and then ends the family that is made here.
        const client = await transaction
          .selectFrom('clients')
          .select(['status', 'scope'])
          .where('client_id', '=', code.clientId)
          .forShare()
          .executeTakeFirst()
        if (!grants.every((grant) => mayUse(grant.scope, client))) return false
        const authorizations = new Set(grants.flatMap((grant) => grant.utilityAuthorizationIds))
        // The row's lock decides between two clicks: only the first finds no outcome.
        const decided = await transaction
          .updateTable('authorization_requests')
          .set({ outcome: 'approved' })
          .where('request_id', '=', requestId)
          .where('outcome', 'is', null)
          .where(sql<boolean>`utility_authorization_id = any(${[...authorizations]}::text[])`)
          .executeTakeFirstOrThrow()
        if (decided.numUpdatedRows === 0n) return false
        await transaction.insertInto('grants').values(grants.map(toGrantRow)).execute()
        await requestRunsOf(transaction, [...authorizations], receipt.created)
        const family = { family_id: code.familyId, client_id: code.clientId, created: receipt.created }
        await transaction.insertInto('token_families').values(family).execute()
        await transaction.insertInto('authorization_codes').values(toCodeRow(code)).execute()
        await transaction
          .insertInto('receipts')
          .values({
            hash: receipt.hash,
            grant_ids: [...receipt.grantIds],
            confirmation: receipt.confirmation,
            client_name: receipt.clientName,
            client_uri: receipt.clientUri,
            utility_name: receipt.utilityName,
            created: receipt.created,
          })
          .execute()
        return true
      }),

    async decline(requestId) {
      const query = open().set({ outcome: 'declined' }).where('request_id', '=', requestId)
      const row = await query.returning('utility_authorization_id').executeTakeFirst()
      return row?.utility_authorization_id ?? undefined
    },

    async findReceipt(hash) {
      const query = database.selectFrom('receipts').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return (
        row && {
          hash: row.hash,
          grantIds: row.grant_ids,
          confirmation: row.confirmation,
          clientName: row.client_name,
          clientUri: row.client_uri,
          utilityName: row.utility_name,
          created: row.created,
        }
      )
    },

    async keepPushed({ hash, clientId, parameters, created, expiresAt }, mostOpen) {
      if ((await countOpen(database, { clientId, created }, mostOpen)) >= mostOpen) return false
      const row = {
        hash,
        client_id: clientId,
        parameters: JSON.stringify(parameters),
        expires_at: expiresAt,
      }
      await database.insertInto('pushed_requests').values(row).execute()
      return true
    },

    async takePushed(hash) {
      const query = database.deleteFrom('pushed_requests').where('hash', '=', hash).returningAll()
      const row = await query.executeTakeFirst()
      return (
        row && {
          clientId: row.client_id,
          parameters: readParameters(row.parameters),
          expiresAt: row.expires_at,
        }
      )
    },
  }
}

/** How many unexpired requests a client has, counted no further than `most`. */
async function countOpen(
  database: Database,
  { clientId, created }: Pick<AuthorizationRequest, 'clientId' | 'created'>,
  most: number,
): Promise<number> {
  const ofClient = sql`client_id = ${clientId} and expires_at > ${created}`
  const { rows } = await sql<{ open: number }>`select count(*)::integer as open from (
    (select 1 from authorization_requests where ${ofClient} limit ${most})
    union all (select 1 from pushed_requests where ${ofClient} limit ${most})) found`.execute(database)
  return rows[0]?.open ?? 0
}

function toRow(request: AuthorizationRequest): Insertable<AuthorizationRequestRow> {
  return {
    request_id: request.requestId,
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    redirect_uri_given: request.redirectUriGiven,
    state: request.state,
    scope: request.scope,
    authorization_details: JSON.stringify(request.authorizationDetails),
    code_challenge: request.codeChallenge,
    browser_hash: request.browserHash,
    utility_id: request.utilityId,
    utility_authorization_id: request.utilityAuthorizationId,
    outcome: request.outcome,
    created: request.created,
    expires_at: request.expiresAt,
  }
}

function toRequest(row: Selectable<AuthorizationRequestRow>): AuthorizationRequest {
  return {
    requestId: row.request_id,
    clientId: row.client_id,
    redirectUri: row.redirect_uri,
    redirectUriGiven: row.redirect_uri_given,
    state: row.state,
    scope: row.scope,
    authorizationDetails: readDetails(row.authorization_details),
    codeChallenge: row.code_challenge,
    browserHash: row.browser_hash,
    utilityId: row.utility_id,
    utilityAuthorizationId: row.utility_authorization_id,
    outcome: row.outcome,
    created: row.created,
    expiresAt: row.expires_at,
  }
}
