import type { RequestHandler } from 'express'
import { newSecret } from '../shared/ids.ts'
import { hashSecret } from '../shared/seal.ts'
import { type AuthenticateClientDeps, authenticateClient } from './authenticate-client.ts'
import { findRecipient, readRequest } from './authorization-parameters.ts'
import { OAuthError } from './errors.ts'
import { type Parameters, toParameters } from './parameters.ts'
import type { OauthSettings } from './settings.ts'
import type { AuthorizationRequestStore } from './stores.ts'

const PREFIX = 'urn:ietf:params:oauth:request_uri:'
const LIFETIME_SECONDS = 90

export type ParDeps = AuthenticateClientDeps & {
  requests: Pick<AuthorizationRequestStore, 'keepPushed'>
  settings: Pick<OauthSettings, 'timezone'>
}

/** Pushed authorization requests, RFC 9126 §2. Checked as at the authorization endpoint, answered as JSON. */
export function parEndpoint(deps: ParDeps): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const { client } = await authenticateClient(request.get('authorization'), deps)
    const parameters = { client_id: client.clientId, ...toParameters(request.body) }
    if (parameters.client_id !== client.clientId) {
      throw new OAuthError('invalid_request', 'client_id is not the client that authenticated')
    }
    await findRecipient(parameters, deps)
    const now = deps.clock.now()
    readRequest('par', parameters, client, { now, timezone: deps.settings.timezone })
    const secret = newSecret()
    await deps.requests.keepPushed({
      hash: hashSecret(secret),
      clientId: client.clientId,
      parameters,
      expiresAt: new Date(now.getTime() + LIFETIME_SECONDS * 1000),
    })
    response.status(201).json({ request_uri: `${PREFIX}${secret}`, expires_in: LIFETIME_SECONDS })
  }
}

/** A `request_uri` becomes the parameters that were pushed, once (RFC 9126 §4). Without one, the parameters are what they are. */
export async function resolvePushed(
  parameters: Parameters,
  deps: { requests: Pick<AuthorizationRequestStore, 'takePushed'>; clock: ParDeps['clock'] },
): Promise<Parameters> {
  const uri = parameters.request_uri
  if (uri === undefined) return parameters
  const pushed = uri.startsWith(PREFIX)
    ? await deps.requests.takePushed(hashSecret(uri.slice(PREFIX.length)))
    : undefined
  if (!pushed || pushed.expiresAt <= deps.clock.now() || pushed.clientId !== parameters.client_id) {
    throw new OAuthError('invalid_request_uri', 'request_uri is unknown, used, expired or of another client')
  }
  return pushed.parameters
}
