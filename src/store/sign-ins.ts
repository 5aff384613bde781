import type { AuthorizationRequestStore } from '../oauth/stores.ts'
import type { Database } from './database.ts'

type SignInStore = Pick<
  AuthorizationRequestStore,
  'keepSignIn' | 'findSignIn' | 'useSignIn' | 'endSignIn' | 'isSigningIn'
>

/** The ways of authorization requests to utilities and back, in PostgreSQL. They go when their request does. */
export function signIns(database: Database): SignInStore {
  return {
    async keepSignIn({ stateHash, requestId, utilityId, created }) {
      const row = { state_hash: stateHash, request_id: requestId, utility_id: utilityId, created }
      await database.insertInto('sign_ins').values(row).execute()
    },

    async findSignIn(stateHash) {
      const query = database.selectFrom('sign_ins').selectAll().where('state_hash', '=', stateHash)
      const row = await query.executeTakeFirst()
      return (
        row && {
          stateHash: row.state_hash,
          requestId: row.request_id,
          utilityId: row.utility_id,
          created: row.created,
        }
      )
    },

    async useSignIn(stateHash, at) {
      const unused = database
        .updateTable('sign_ins')
        .where('state_hash', '=', stateHash)
        .where('used_at', 'is', null)
      return (await unused.set({ used_at: at }).executeTakeFirstOrThrow()).numUpdatedRows === 1n
    },

    async endSignIn(stateHash, at) {
      await database
        .updateTable('sign_ins')
        .set({ ended_at: at })
        .where('state_hash', '=', stateHash)
        .execute()
    },

    async isSigningIn(requestId, since) {
      const query = database.selectFrom('sign_ins').select('request_id').where('request_id', '=', requestId)
      const under = query.where('used_at', '>', since).where('ended_at', 'is', null)
      return (await under.limit(1).executeTakeFirst()) !== undefined
    },
  }
}
