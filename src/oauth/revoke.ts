import type { RequestHandler } from 'express'
import { hashSecret } from '../shared/seal.ts'
import { type AuthenticateClientDeps, authenticateClient } from './authenticate-client.ts'
import { need, toParameters } from './parameters.ts'
import type { TokenStore } from './stores.ts'

export type RevokeDeps = AuthenticateClientDeps & {
  tokens: Pick<TokenStore, 'findAccess' | 'findRefresh' | 'revokeAccess' | 'endFamily'>
}

/**
 * Token revocation, RFC 7009 §2. A refresh token takes its whole family along (§2.1). A token that is unknown, or of another
 * client, is answered like one that was revoked. The grant stays: a client closes it at the Grants API.
 */
export function revocationEndpoint(deps: RevokeDeps): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const { client } = await authenticateClient(request, deps)
    const hash = hashSecret(need(toParameters(request.body), 'token'))
    const refresh = await deps.tokens.findRefresh(hash)
    if (refresh?.clientId === client.clientId) {
      await deps.tokens.endFamily(refresh.familyId, deps.clock.now())
    }
    const access = await deps.tokens.findAccess(hash)
    if (access?.clientId === client.clientId) await deps.tokens.revokeAccess(hash)
    response.status(200).end()
  }
}
