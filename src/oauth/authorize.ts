import type { Request, RequestHandler, Response } from 'express'
import type { Clock } from '../shared/clock.ts'
import { newSecret } from '../shared/ids.ts'
import { hashSecret } from '../shared/seal.ts'
import { findRecipient, readRequest } from './authorization-parameters.ts'
import { browserSecret } from './consent/browser.ts'
import { redirectUrl } from './consent/redirect-url.ts'
import type { RequestedScope } from './details/requested-scopes.ts'
import { OAuthError } from './errors.ts'
import type { Limit } from './limits.ts'
import { invalidRequestPage } from './pages/invalid-request.ts'
import { sendPage } from './pages/send-page.ts'
import { resolvePushed, tooManyOpen } from './par.ts'
import { type Parameters, toParameters } from './parameters.ts'
import { addressOf, countOrRefuse } from './rate-limit.ts'
import type { OauthSettings } from './settings.ts'
import type { AuthorizationRequest, AuthorizationRequestStore, ClientStore } from './stores.ts'

export interface AuthorizeDeps {
  clients: Pick<ClientStore, 'find'>
  requests: Pick<AuthorizationRequestStore, 'create' | 'takePushed'>
  /** Authorization requests, by address and client. */
  begun: Limit
  clock: Clock
  settings: OauthSettings
}

/**
 * The authorization endpoint, RFC 6749 §3.1 and CDS-WG3-01 §9.1.1 #auth-requests. What it accepts is kept here; the browser goes on
 * with its id.
 */
export function authorizationEndpoint(deps: AuthorizeDeps): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    try {
      const parameters = await resolvePushed(toParameters(request.query), deps)
      response.redirect(303, await begin(request, response, parameters, deps))
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      sendPage(response, 400, invalidRequestPage(error.description, deps.settings))
    }
  }
}

/** Where the browser goes: on to the consent, or back to the client with what is wrong. */
async function begin(
  request: Request,
  response: Response,
  parameters: Parameters,
  deps: AuthorizeDeps,
): Promise<string> {
  const recipient = await findRecipient(parameters, deps)
  await countOrRefuse(deps.begun, addressOf(request), recipient.client.clientId)
  const now = deps.clock.now()
  const state = parameters.state ?? null
  let requested: RequestedScope[]
  try {
    requested = readRequest('authorize', parameters, recipient.client, {
      now,
      timezone: deps.settings.timezone,
    })
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    return redirectUrl({ ...recipient, state }, { error }, deps.settings)
  }
  const requestId = newSecret()
  const asked: AuthorizationRequest = {
    requestId,
    clientId: recipient.client.clientId,
    redirectUri: recipient.redirectUri,
    redirectUriGiven: recipient.redirectUriGiven,
    state,
    scope: requested.map(({ scope }) => scope.id).join(' '),
    authorizationDetails: requested.flatMap(({ detail }) => detail ?? []),
    codeChallenge: parameters.code_challenge ?? null,
    browserHash: hashSecret(browserSecret(request, response, deps.settings)),
    utilityId: null,
    utilityAuthorizationId: null,
    outcome: null,
    created: now,
    expiresAt: new Date(now.getTime() + deps.settings.consentSeconds * 1000),
  }
  if (!(await deps.requests.create(asked, deps.settings.openAuthorizationRequests))) throw tooManyOpen()
  return `${deps.settings.publicUrl}/oauth/consent/${requestId}`
}
