import type { Clock } from '../../shared/clock.ts'
import type { GrantId } from '../../shared/ids.ts'
import type { Logger } from '../../shared/logger.ts'
import type { BeginSyncDeps } from '../begin-sync.ts'
import type { OauthSettings } from '../settings.ts'
import type { AuthorizationRequestStore, ClientStore, Grant, GrantStore, TokenStore } from '../stores.ts'
import type { CustomerSignIn } from './customer-sign-in.ts'

/** What the pages between the client's link and the customer's decision need. */
export interface ConsentDeps extends BeginSyncDeps {
  clients: Pick<ClientStore, 'find'>
  requests: Pick<
    AuthorizationRequestStore,
    | 'find'
    | 'keepSignIn'
    | 'findSignIn'
    | 'useSignIn'
    | 'endSignIn'
    | 'isSigningIn'
    | 'signedIn'
    | 'forgetSignIn'
    | 'approve'
    | 'decline'
    | 'findReceipt'
  >
  grants: Pick<GrantStore, 'find' | 'update' | 'close'>
  tokens: Pick<TokenStore, 'findCode'>
  customerSignIn: CustomerSignIn
  /** Told of every grant that ended, so that what only it could see is erased. */
  onGrantEnded(grant: Grant): Promise<void>
  newGrantId(): GrantId
  clock: Clock
  settings: OauthSettings
  log: Pick<Logger, 'warn' | 'error'>
}
