import type { Response } from 'express'
import type { ClientId, GrantId, RegistrationId } from '../shared/ids.ts'
import type { AccessKind, Grant } from './stores.ts'

/** What a bearer token opens: closed grants are gone already. */
export interface Access {
  kind: AccessKind
  clientId: ClientId
  registrationId: RegistrationId
  grantIds: readonly GrantId[]
  /**
   * The grants of the token that give access now (CDS-WG1-02 §8.2 #grant-statuses). Behind `requireCachedAccess` their `eta`, `states`
   * and `modified` may be old: those move no version.
   */
  grants: readonly Grant[]
  /** Ids of scopes. */
  scope: readonly string[]
  gate: AccessGate
}

/** What has to hold in the statement that reads the data: the version of the client is still this. */
export interface AccessGate {
  clientId: ClientId
  /** Null: the access was loaded for this very request, which is as exact as a request can be. */
  version: bigint | null
}

const KEY = 'access'

/** Keeps what `requireAccess` found for the handlers behind it. */
export function setAccess(response: Response, access: Access): void {
  response.locals[KEY] = access
}

/** What `requireAccess` found. Only for handlers behind it. */
export function accessOf(response: Response): Access {
  const access: Access | undefined = response.locals[KEY]
  if (!access) throw new Error('a handler reads the access of a route that does not require one')
  return access
}
