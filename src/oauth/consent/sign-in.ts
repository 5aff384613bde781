import type { Request, Response } from 'express'
import { newSecret } from '../../shared/ids.ts'
import { hashSecret } from '../../shared/seal.ts'
import { toScopeRequests } from '../details/granted-details.ts'
import { OAuthError } from '../errors.ts'
import { chooseUtilityPage } from '../pages/choose-utility.ts'
import { sendPage } from '../pages/send-page.ts'
import type { Parameters } from '../parameters.ts'
import type { Environment } from '../stores.ts'
import type { ConsentDeps } from './consent-deps.ts'
import { SignInRefusedError, type UtilityChoice } from './customer-sign-in.ts'
import { decline } from './decision.ts'
import { type OpenRequest, openRequest } from './open-request.ts'
import { requestedOf } from './sections.ts'

function listUtilities({ client }: OpenRequest, { customerSignIn }: ConsentDeps): UtilityChoice[] {
  const environment: Environment = client.status === 'production' ? 'production' : 'sandbox'
  return customerSignIn.listUtilities(environment)
}

/** Leads to the only utility, or asks which one. */
export async function chooseUtility(response: Response, open: OpenRequest, deps: ConsentDeps): Promise<void> {
  const utilities = listUtilities(open, deps)
  const [only, ...others] = utilities
  if (!only) {
    const error = new OAuthError('temporarily_unavailable', 'no utility is enabled for this client')
    return decline(response, open, error, deps)
  }
  if (others.length === 0) return startSignIn(response, open, only.id, deps)
  sendPage(response, 200, chooseUtilityPage(utilities, open, deps.settings))
}

/** Sends the customer to the utility (CDS-WG3-01 §9.1.2 #customer-authentication); who signed in before is forgotten. */
export async function startSignIn(
  response: Response,
  open: OpenRequest,
  utilityId: string,
  deps: ConsentDeps,
): Promise<void> {
  if (!listUtilities(open, deps).some(({ id }) => id === utilityId)) {
    throw new OAuthError('invalid_request', 'this utility is not offered; go back and choose another')
  }
  const state = newSecret()
  await deps.requests.update(open.asked.requestId, {
    utilityId,
    upstreamStateHash: hashSecret(state),
    utilityAuthorizationId: null,
  })
  const url = await deps.customerSignIn.start({ utilityId, requests: scopeRequests(open, deps), state })
  response.redirect(303, url.href)
}

/** The customer is back from the utility. Each `state` works once. */
export async function finishSignIn(
  request: Request,
  response: Response,
  parameters: Parameters,
  deps: ConsentDeps,
): Promise<void> {
  const found = await deps.requests.findByUpstreamState(hashSecret(parameters.state ?? ''))
  const open = await openRequest(request, found, deps)
  const { utilityId, requestId } = open.asked
  const code = parameters.code
  // §9.1.2: who does not sign in has declined.
  if (code === undefined || utilityId === null) return decline(response, open, notSignedIn(), deps)
  try {
    const requests = scopeRequests(open, deps)
    const utilityAuthorizationId = await deps.customerSignIn.finish({ utilityId, code, requests })
    await deps.requests.update(requestId, {
      utilityAuthorizationId,
      upstreamStateHash: null,
      // §9.1.2: the session lasts as long as the customer is on the form, and ten minutes more.
      expiresAt: new Date(deps.clock.now().getTime() + deps.settings.consentSeconds * 1000),
    })
  } catch (error) {
    if (!(error instanceof SignInRefusedError)) throw error
    return decline(response, open, notSignedIn(), deps)
  }
  response.redirect(303, `/oauth/consent/${requestId}`)
}

function notSignedIn(): OAuthError {
  return new OAuthError('access_denied', 'the customer did not sign in at the utility')
}

function scopeRequests({ asked }: OpenRequest, { clock, settings }: ConsentDeps) {
  return toScopeRequests(requestedOf(asked), { now: clock.now(), timezone: settings.timezone })
}
