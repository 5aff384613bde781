import type { Clock } from '../shared/clock.ts'
import { deriveKey } from '../shared/derive-key.ts'
import { newId } from '../shared/ids.ts'
import type { SealKeys } from '../shared/seal.ts'
import { authorizationRequestStore } from '../store/authorization-requests.ts'
import { clientStore } from '../store/clients.ts'
import { credentialStore } from '../store/credentials.ts'
import type { Database } from '../store/database.ts'
import { dutyStore } from '../store/duties.ts'
import { grantStore } from '../store/grants.ts'
import { limitStore } from '../store/limits.ts'
import { messageStore } from '../store/messages.ts'
import { paceStore } from '../store/pace.ts'
import { customerDataReader } from '../store/read-customer-data.ts'
import { syncStore } from '../store/sync.ts'
import { tokenStore } from '../store/tokens.ts'
import { unusedAuthorizations } from '../store/unused-authorizations.ts'
import { utilityAuthorizationStore } from '../store/utility-authorizations.ts'

export interface StoreOptions {
  sealKeys: SealKeys
  idSecret: Uint8Array
  clock: Clock
  /** The database through the pool for listings. */
  listings?: Database
}

/** Every store over one database. */
export function openStores(
  database: Database,
  { sealKeys, idSecret, clock, listings = database }: StoreOptions,
) {
  return {
    openLimit: limitStore(database, deriveKey(idSecret, 'rate limits')),
    clients: clientStore(database, { sealKeys }),
    credentials: credentialStore(database, { sealKeys }),
    grants: grantStore(database),
    messages: messageStore(database),
    tokens: tokenStore(database),
    requests: authorizationRequestStore(database),
    authorizations: utilityAuthorizationStore(database, { newId, sealKeys }),
    sync: syncStore(database, sealKeys),
    pace: paceStore(database),
    duties: dutyStore(database),
    reader: customerDataReader(listings),
    use: unusedAuthorizations(database, clock),
  }
}
export type Stores = ReturnType<typeof openStores>
