import { canonicalJson } from '../../shared/json.ts'
import { hashSecret } from '../../shared/seal.ts'
import { beginSync } from '../begin-sync.ts'
import type { CustomerSignIn } from '../consent/customer-sign-in.ts'
import { toGrantedDetails } from '../details/granted-details.ts'
import { type RequestedScope, toRequestedScopes } from '../details/requested-scopes.ts'
import { OAuthError } from '../errors.ts'
import { opens } from '../grant-access.ts'
import { type IssueTokensDeps, issueTokens } from '../issue-tokens.ts'
import { newGrant } from '../new-grant.ts'
import { type Parameters, readAuthorizationDetails } from '../parameters.ts'
import type { OauthSettings } from '../settings.ts'
import type { Client, ClientStore, Grant, GrantStore } from '../stores.ts'
import { urlsOf } from '../urls.ts'
import type { GrantType } from './grant-type.ts'

export interface QueryTokenDeps extends IssueTokensDeps {
  clients: Pick<ClientStore, 'listUtilityAuthorizations'>
  grants: Pick<GrantStore, 'create' | 'find' | 'findByRequest' | 'update'>
  customerSignIn: Pick<CustomerSignIn, 'startSync'>
  newGrantId(): Grant['grantId']
  settings: Pick<OauthSettings, 'accessTokenSeconds' | 'timezone' | 'publicUrl' | 'grantsPerClient'>
}

/**
 * A token for the client's own data (CDS-WG3-01 §6.2 #scopes-direct-access). The grant is there before the answer (§6): the same
 * request finds the same grant again.
 */
export function queryToken(deps: QueryTokenDeps): GrantType {
  return async (parameters, asker) => {
    const requested = readRequest(parameters, asker.client, deps)
    const grant = await findOrMakeGrant(requested, asker.client, deps)
    return issueTokens(
      asker,
      {
        kind: 'customer_data',
        scope: grant.scope,
        authorizationDetails: grant.authorizationDetails,
        grants: [grant],
      },
      deps,
    )
  }
}

function readRequest(parameters: Parameters, client: Client, deps: QueryTokenDeps): RequestedScope[] {
  const details = readAuthorizationDetails(parameters) ?? []
  // RFC 6749 §3.3: without a scope, and without details that name one, all scopes of the client.
  const scope = parameters.scope ?? (details.length > 0 ? '' : client.scope)
  const moment = { now: deps.clock.now(), timezone: deps.settings.timezone }
  return toRequestedScopes({ scope, authorizationDetails: details }, client, moment)
}

async function findOrMakeGrant(
  requested: readonly RequestedScope[],
  client: Client,
  deps: QueryTokenDeps,
): Promise<Grant> {
  const requestKey = hashSecret(
    canonicalJson(requested.map(({ scope, detail }) => [scope.id, detail ?? null])),
  )
  const earlier = await deps.grants.findByRequest(client.clientId, requestKey)
  if (earlier) {
    if (opens(earlier, client, deps.clock.now())) return earlier
    throw new OAuthError('invalid_grant', `the grant for this request is ${earlier.status}`)
  }
  const utilityAuthorizationIds = await deps.clients.listUtilityAuthorizations(client.clientId)
  if (utilityAuthorizationIds.length === 0) throw notLinked(deps.settings.publicUrl)
  const now = deps.clock.now()
  const grant = newGrant({
    grantId: deps.newGrantId(),
    clientId: client.clientId,
    scope: requested.map(({ scope }) => scope.id).join(' '),
    authorizationDetails: toGrantedDetails(requested, { now, timezone: deps.settings.timezone }),
    utilityAuthorizationIds,
    selection: 'all',
    created: now,
  })
  const kept = await deps.grants.create(grant, { requestKey, mostOpen: deps.settings.grantsPerClient })
  if (!kept) throw tooManyGrants(deps.settings.grantsPerClient)
  return beginSync(kept, deps)
}

function tooManyGrants(most: number): OAuthError {
  return new OAuthError(
    'invalid_request',
    `this client has ${most} open grants: repeat an earlier request as it was, or close some at the Grants API`,
  )
}

/** Where to go is in a message, because the link is a secret and errors end in logs. */
function notLinked(publicUrl: string): OAuthError {
  return new OAuthError(
    'unauthorized_client',
    `no accounts are linked to this client yet: open the related_uri of the online_form_request message at ${urlsOf(publicUrl).messages}`,
  )
}
