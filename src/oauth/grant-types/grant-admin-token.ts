import type { Moment } from '../details/check-field.ts'
import { toRequestedScopes } from '../details/requested-scopes.ts'
import { OAuthError } from '../errors.ts'
import { opens } from '../grant-access.ts'
import { type IssueTokensDeps, issueTokens } from '../issue-tokens.ts'
import { readAuthorizationDetails } from '../parameters.ts'
import { grantAdmin } from '../scopes/grant-admin.ts'
import { scopeIds, scopes } from '../scopes/index.ts'
import type { OauthSettings } from '../settings.ts'
import type { AuthorizationDetail, Client, ClientStore, Grant, GrantStore } from '../stores.ts'
import type { GrantType } from './grant-type.ts'

export interface GrantAdminDeps extends IssueTokensDeps {
  clients: Pick<ClientStore, 'find'>
  grants: Pick<GrantStore, 'find'>
  settings: Pick<OauthSettings, 'accessTokenSeconds' | 'timezone'>
}

/** A token for the data of one grant (CDS-WG1-02 §3.3.2 #scopes-grant-admin). */
export function grantAdminToken(deps: GrantAdminDeps): GrantType {
  return async (parameters, asker) => {
    const moment = { now: deps.clock.now(), timezone: deps.settings.timezone }
    const detail = readDetail(
      parameters.scope ?? grantAdmin.id,
      readAuthorizationDetails(parameters),
      asker.client,
      moment,
    )
    const grant = await deps.grants.find(String(detail.grant_id))
    if (!grant || !(await mayAdminister(grant, detail, asker.client, deps))) {
      throw new OAuthError(
        'invalid_authorization_details',
        'there is no open grant with this grant_id and client_id that cds_grant_admin may open',
      )
    }
    return issueTokens(
      asker,
      { kind: 'customer_data', scope: grantAdmin.id, authorizationDetails: [detail], grants: [grant] },
      deps,
    )
  }
}

/** §3.3.2: exactly one entry. */
function readDetail(
  scope: string,
  entries: readonly unknown[] | undefined,
  client: Client,
  moment: Moment,
): AuthorizationDetail {
  if (entries?.length !== 1) {
    throw new OAuthError(
      'invalid_authorization_details',
      'authorization_details must hold one entry with type cds_grant_admin, client_id and grant_id',
    )
  }
  const [requested] = toRequestedScopes({ scope, authorizationDetails: entries }, client, moment)
  if (!requested?.detail) throw new OAuthError('invalid_scope', `the scope must be ${grantAdmin.id}`)
  return requested.detail
}

/**
 * §3.3.2: the grant is of that client, something of it is enabled, and everything enabled names this scope as its grant admin.
 * Spec silent on registrations: the client must be of the asker's own.
 */
async function mayAdminister(
  grant: Grant,
  detail: AuthorizationDetail,
  asker: Client,
  { clients, clock }: GrantAdminDeps,
): Promise<boolean> {
  if (grant.clientId !== detail.client_id) return false
  const client = await clients.find(grant.clientId)
  if (client?.registrationId !== asker.registrationId || !opens(grant, client, clock.now())) return false
  const enabled = scopeIds(grant.enabledScope)
  return enabled.length > 0 && enabled.every((id) => scopes.get(id)?.grantAdminScope === grantAdmin.id)
}
