import type { Request, Response } from 'express'
import { newSecret } from '../../shared/ids.ts'
import { hashSecret } from '../../shared/seal.ts'
import { toScopeRequests } from '../details/granted-details.ts'
import { OAuthError } from '../errors.ts'
import { chooseUtilityPage } from '../pages/choose-utility.ts'
import { oneMomentPage } from '../pages/one-moment.ts'
import { sendPage } from '../pages/send-page.ts'
import type { Parameters } from '../parameters.ts'
import type { Environment, SignIn } from '../stores.ts'
import type { ConsentDeps } from './consent-deps.ts'
import { SignInRefusedError, type UtilityChoice } from './customer-sign-in.ts'
import { decline, sendBackAgain } from './decision.ts'
import { giveUp } from './give-up.ts'
import { type OpenRequest, openRequest } from './open-request.ts'
import { requestedOf } from './sections.ts'
import { consentPath } from './sign-in-path.ts'

function listUtilities({ client }: OpenRequest, { customerSignIn }: ConsentDeps): UtilityChoice[] {
  const environment: Environment = client.status === 'production' ? 'production' : 'sandbox'
  return customerSignIn.listUtilities(environment)
}

/** How long a sign-in may be under way after the customer came back: longer than the token request may take. */
const EXCHANGE_MS = 60_000

/** What comes before the form: a moment's patience while a sign-in is under way, else the way to a utility. */
export async function beforeForm(response: Response, open: OpenRequest, deps: ConsentDeps): Promise<void> {
  if (await isSigningIn(open, deps)) return sendPage(response, 202, oneMomentPage(open.asked, deps.settings))
  return chooseUtility(response, open, deps)
}

function isSigningIn({ asked }: OpenRequest, { requests, clock }: ConsentDeps): Promise<boolean> {
  return requests.isSigningIn(asked.requestId, new Date(clock.now().getTime() - EXCHANGE_MS))
}

/** The customer asked to sign in, at this utility or any (CDS-WG3-01 §9.1.2 #customer-authentication); who signed in before is forgotten. */
export async function signInAgain(
  response: Response,
  open: OpenRequest,
  utilityId: string | undefined,
  deps: ConsentDeps,
): Promise<void> {
  if (utilityId !== undefined) requireOffered(utilityId, open, deps)
  await giveUp(await deps.requests.forgetSignIn(open.asked.requestId), deps)
  if (utilityId === undefined) return chooseUtility(response, open, deps)
  return startSignIn(response, open, utilityId, deps)
}

function requireOffered(utilityId: string, open: OpenRequest, deps: ConsentDeps): void {
  if (listUtilities(open, deps).some(({ id }) => id === utilityId)) return
  throw new OAuthError('invalid_request', 'this utility is not offered; go back and choose another')
}

/** Leads to the only utility, or asks which one. */
async function chooseUtility(response: Response, open: OpenRequest, deps: ConsentDeps): Promise<void> {
  const utilities = listUtilities(open, deps)
  const [only, ...others] = utilities
  if (!only) {
    const error = new OAuthError('temporarily_unavailable', 'no utility is enabled for this client')
    return decline(response, open, error, deps)
  }
  if (others.length === 0) return startSignIn(response, open, only.id, deps)
  sendPage(response, 200, chooseUtilityPage(utilities, open, deps.settings))
}

/** Sends the customer to the utility, with a `state` of its own: other tabs keep theirs. */
async function startSignIn(
  response: Response,
  open: OpenRequest,
  utilityId: string,
  deps: ConsentDeps,
): Promise<void> {
  const { requestId } = open.asked
  const state = newSecret()
  await deps.requests.keepSignIn({
    stateHash: hashSecret(state),
    requestId,
    utilityId,
    created: deps.clock.now(),
  })
  const url = await deps.customerSignIn.start({ utilityId, requests: scopeRequests(open, deps), state })
  response.redirect(303, url.href)
}

/**
 * The customer is back from the utility. Each `state` works once: whoever comes with it again, or from another tab after one of
 * them has signed in, is led to where the request stands, and never declines it.
 */
export async function finishSignIn(
  request: Request,
  response: Response,
  parameters: Parameters,
  deps: ConsentDeps,
): Promise<void> {
  const { requests, clock } = deps
  const signIn = await requests.findSignIn(hashSecret(parameters.state ?? ''))
  const open = await openRequest(request, signIn && (await requests.find(signIn.requestId)), deps)
  // The page of a fault leads back to the request: the address alone does not name it.
  response.locals.requestId = open.asked.requestId
  if (open.asked.outcome !== null) return sendBackAgain(response, open, deps)
  const isExpected = signIn !== undefined && open.asked.utilityAuthorizationId === null
  if (isExpected && (await requests.useSignIn(signIn.stateHash, clock.now()))) {
    const isSignedIn = await exchange(signIn, parameters.code, open, deps).finally(() =>
      requests.endSignIn(signIn.stateHash, clock.now()),
    )
    if (!isSignedIn && (await isAlone(open, deps))) return decline(response, open, notSignedIn(), deps)
  }
  response.redirect(303, consentPath(open.asked.requestId))
}

/** The utility's code becomes the customer's session. False: the customer did not sign in, which is a no (§9.1.2). */
async function exchange(
  { utilityId }: SignIn,
  code: string | undefined,
  open: OpenRequest,
  deps: ConsentDeps,
): Promise<boolean> {
  if (code === undefined) return false
  try {
    const requests = scopeRequests(open, deps)
    const utilityAuthorizationId = await deps.customerSignIn.finish({ utilityId, code, requests })
    const isFirst = await deps.requests.signedIn(open.asked.requestId, {
      utilityId,
      utilityAuthorizationId,
      // §9.1.2: the session lasts as long as the customer is on the form, and ten minutes more.
      expiresAt: new Date(deps.clock.now().getTime() + deps.settings.consentSeconds * 1000),
    })
    if (!isFirst) await giveUp(utilityAuthorizationId, deps)
    return true
  } catch (error) {
    if (error instanceof SignInRefusedError) return false
    throw error
  }
}

/** Nobody has signed in for this request in another tab, and nobody is about to. */
async function isAlone(open: OpenRequest, deps: ConsentDeps): Promise<boolean> {
  const asked = await deps.requests.find(open.asked.requestId)
  return asked?.utilityAuthorizationId === null && !(await isSigningIn(open, deps))
}

function notSignedIn(): OAuthError {
  return new OAuthError('access_denied', 'the customer did not sign in at the utility')
}

function scopeRequests({ asked }: OpenRequest, { clock, settings }: ConsentDeps) {
  return toScopeRequests(requestedOf(asked), { now: clock.now(), timezone: settings.timezone })
}
