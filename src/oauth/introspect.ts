import type { RequestHandler } from 'express'
import type { IntrospectionResponse } from '../cds/wire/token.ts'
import { hashSecret } from '../shared/seal.ts'
import { type AuthenticateClientDeps, authenticateClient } from './authenticate-client.ts'
import { mayUse } from './grant-access.ts'
import { listOpenGrants, type OpenGrantsDeps } from './open-grants.ts'
import { need, toParameters } from './parameters.ts'
import type { OauthSettings } from './settings.ts'
import type { AccessToken, Client, RefreshToken, TokenStore } from './stores.ts'

export type IntrospectDeps = AuthenticateClientDeps &
  OpenGrantsDeps & {
    tokens: Pick<TokenStore, 'findAccess' | 'findRefresh'>
    settings: Pick<OauthSettings, 'publicUrl'>
  }

/** Token introspection, RFC 7662 §2. A client learns about its own tokens only: of others, that they are not active. */
export function introspectionEndpoint(deps: IntrospectDeps): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const { client } = await authenticateClient(request, deps)
    const hash = hashSecret(need(toParameters(request.body), 'token'))
    const access = await deps.tokens.findAccess(hash)
    const found = access ?? (await deps.tokens.findRefresh(hash))
    response.json(found ? await describe(found, client, deps) : INACTIVE)
  }
}

const INACTIVE: IntrospectionResponse = { active: false }

async function describe(
  token: AccessToken | RefreshToken,
  client: Client,
  deps: IntrospectDeps,
): Promise<IntrospectionResponse> {
  const now = deps.clock.now()
  const ended = token.expiresAt !== null && token.expiresAt <= now
  const used = 'usedAt' in token && token.usedAt !== null
  if (token.clientId !== client.clientId || ended || used) return INACTIVE
  const grantIds = token.grantIds
  const open = await listOpenGrants(grantIds, deps)
  if ('scope' in token && !mayUse(token.scope, client)) return INACTIVE
  if (grantIds.length > 0 && open.length === 0) return INACTIVE
  return {
    active: true,
    client_id: client.clientId,
    iss: deps.settings.publicUrl,
    iat: toEpoch(token.issuedAt),
    ...(token.expiresAt ? { exp: toEpoch(token.expiresAt) } : {}),
    ...('scope' in token
      ? {
          scope: token.scope,
          token_type: 'Bearer' as const,
          ...(token.authorizationDetails.length > 0
            ? { authorization_details: [...token.authorizationDetails] }
            : {}),
        }
      : { scope: open.map(({ scope }) => scope).join(' ') }),
    ...(grantIds.length > 0 ? { cds_grant_ids: [...grantIds] } : {}),
  }
}

function toEpoch(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
