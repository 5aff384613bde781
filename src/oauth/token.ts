import type { RequestHandler } from 'express'
import { type AuthenticateClientDeps, authenticateClient } from './authenticate-client.ts'
import { OAuthError } from './errors.ts'
import { type AuthorizationCodeDeps, authorizationCode } from './grant-types/authorization-code.ts'
import { type ClientCredentialsDeps, clientCredentials } from './grant-types/client-credentials.ts'
import type { GrantType } from './grant-types/grant-type.ts'
import { type RefreshTokenDeps, refreshToken } from './grant-types/refresh-token.ts'
import { need, toParameters } from './parameters.ts'

export type TokenDeps = AuthenticateClientDeps &
  ClientCredentialsDeps &
  AuthorizationCodeDeps &
  RefreshTokenDeps

/** The token endpoint, RFC 6749 §3.2. */
export function tokenEndpoint(deps: TokenDeps): RequestHandler {
  const grantTypes: ReadonlyMap<string, GrantType> = new Map([
    ['client_credentials', clientCredentials(deps)],
    ['authorization_code', authorizationCode(deps)],
    ['refresh_token', refreshToken(deps)],
  ])
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const asker = await authenticateClient(request, deps)
    const parameters = toParameters(request.body)
    const name = need(parameters, 'grant_type')
    const grantType = grantTypes.get(name)
    if (!grantType) {
      throw new OAuthError('unsupported_grant_type', `use one of ${[...grantTypes.keys()].join(', ')}`)
    }
    if (!asker.client.grantTypes.includes(name)) {
      throw new OAuthError(
        'unauthorized_client',
        `this client may use ${asker.client.grantTypes.join(', ')} only`,
      )
    }
    response.json(await grantType(parameters, asker))
  }
}
