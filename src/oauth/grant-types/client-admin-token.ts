import { OAuthError } from '../errors.ts'
import { type IssueTokensDeps, issueTokens } from '../issue-tokens.ts'
import { readAuthorizationDetails } from '../parameters.ts'
import { clientAdmin } from '../scopes/client-admin.ts'
import type { GrantType } from './grant-type.ts'

export type ClientAdminDeps = IssueTokensDeps

/** A token for the admin APIs (CDS-WG1-02 §3.3.1 #scopes-client-admin). No grant comes of it. */
export function clientAdminToken(deps: ClientAdminDeps): GrantType {
  return async (parameters, asker) => {
    const { scope = clientAdmin.id } = parameters
    if (scope !== clientAdmin.id) {
      throw new OAuthError('invalid_scope', `this client has the scope ${clientAdmin.id} only`)
    }
    if (readAuthorizationDetails(parameters)?.length) {
      throw new OAuthError(
        'invalid_authorization_details',
        `${clientAdmin.id} takes no authorization_details`,
      )
    }
    return issueTokens(
      asker,
      { kind: 'client_admin', scope: clientAdmin.id, authorizationDetails: [], grants: [] },
      deps,
    )
  }
}
