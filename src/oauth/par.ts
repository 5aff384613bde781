import type { RequestHandler } from 'express'
import { newSecret } from '../shared/ids.ts'
import { hashSecret } from '../shared/seal.ts'
import { type AuthenticateClientDeps, authenticateClient } from './authenticate-client.ts'
import { findRecipient, readRequest } from './authorization-parameters.ts'
import { OAuthError } from './errors.ts'
import type { Limit } from './limits.ts'
import { type Parameters, toParameters } from './parameters.ts'
import { addressOf, countOrRefuse, TooManyRequestsError } from './rate-limit.ts'
import type { OauthSettings } from './settings.ts'
import type { AuthorizationRequestStore } from './stores.ts'

const PREFIX = 'urn:ietf:params:oauth:request_uri:'
const LIFETIME_SECONDS = 90

export type ParDeps = AuthenticateClientDeps & {
  requests: Pick<AuthorizationRequestStore, 'keepPushed'>
  /** Authorization requests, by address and client. */
  begun: Limit
  settings: Pick<OauthSettings, 'timezone' | 'openAuthorizationRequests'>
}

/** Pushed authorization requests, RFC 9126 §2. Checked as at the authorization endpoint, answered as JSON. */
export function parEndpoint(deps: ParDeps): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const { client } = await authenticateClient(request, deps)
    const parameters = { client_id: client.clientId, ...toParameters(request.body) }
    if (parameters.client_id !== client.clientId) {
      throw new OAuthError('invalid_request', 'client_id is not the client that authenticated')
    }
    await findRecipient(parameters, deps)
    await countOrRefuse(deps.begun, addressOf(request), client.clientId)
    const now = deps.clock.now()
    readRequest('par', parameters, client, { now, timezone: deps.settings.timezone })
    const secret = newSecret()
    const pushed = {
      hash: hashSecret(secret),
      clientId: client.clientId,
      parameters,
      created: now,
      expiresAt: new Date(now.getTime() + LIFETIME_SECONDS * 1000),
    }
    if (!(await deps.requests.keepPushed(pushed, deps.settings.openAuthorizationRequests)))
      throw tooManyOpen()
    response.status(201).json({ request_uri: `${PREFIX}${secret}`, expires_in: LIFETIME_SECONDS })
  }
}

/** A client has as many open requests as it may have: some expire within minutes. */
export function tooManyOpen(): TooManyRequestsError {
  return new TooManyRequestsError(LIFETIME_SECONDS * 1000)
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
