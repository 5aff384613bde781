import type { Request, Response } from 'express'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import { sendPage } from '../pages/send-page.ts'
import { approve } from './approve.ts'
import { deriveSecret } from './browser.ts'
import type { ConsentDeps } from './consent-deps.ts'
import { formPage, loadForm } from './form.ts'
import { giveUp } from './give-up.ts'
import { checkCsrf, type OpenRequest } from './open-request.ts'
import { rememberReceipt } from './receipt-cookie.ts'
import { redirectUrl } from './redirect-url.ts'
import { readSelected } from './selected.ts'
import { consentPath } from './sign-in-path.ts'

/** The customer's answer on the form, CDS-WG3-01 §9.1.1 #auth-requests. */
export async function decide(
  request: Request,
  response: Response,
  open: OpenRequest,
  deps: ConsentDeps,
): Promise<void> {
  checkCsrf(request.body, open)
  if (open.asked.outcome !== null) return sendBackAgain(response, open, deps)
  const { decision } = request.body
  if (decision === 'approve') return approveForm(request.body, response, open, deps)
  // CDS-WG3-01 §7.4.3 says `no_preselections` where §9.3.1 says `invalid_authorization_details`; the first tells the client more.
  const code = decision === 'no_preselections' ? 'no_preselections' : 'access_denied'
  return decline(response, open, new OAuthError(code, DECLINED[code]), deps)
}

const DECLINED = {
  access_denied: 'the customer declined the request',
  no_preselections: 'the customer has nothing that matches the preselection',
} as const

/** Ends a request without a grant, and sends the customer back. What was fetched for the form goes at once. */
export async function decline(
  response: Response,
  { asked }: Pick<OpenRequest, 'asked'>,
  error: OAuthError,
  deps: ConsentDeps,
): Promise<void> {
  await giveUp(await deps.requests.decline(asked.requestId), deps)
  response.redirect(303, redirectUrl(asked, { error }, deps.settings))
}

async function approveForm(
  body: unknown,
  response: Response,
  open: OpenRequest,
  deps: ConsentDeps,
): Promise<void> {
  // Another tab has begun to sign in as somebody else: what this form shows is no longer theirs to share.
  if (open.asked.utilityAuthorizationId === null) {
    return response.redirect(303, consentPath(open.asked.requestId))
  }
  const form = await loadForm(open, deps)
  const decisions = readSelected(body, form.sections, form.contracts)
  if (decisions.some(({ selection }) => isEmpty(selection))) {
    const fault = 'Select at least one service in each request, or decline.'
    return sendPage(response, 400, formPage(form, open, deps, { decisions, fault }))
  }
  await approve(open, decisions, form.utilityName, deps)
  return sendBackAgain(response, open, deps)
}

function isEmpty({ serviceContractIds }: { serviceContractIds: readonly string[] }): boolean {
  return serviceContractIds.length === 0
}

/**
 * The customer goes back with the code, also after a second click: the code is the same. Once it was used it is not sent again, a second
 * use would end the tokens (RFC 6749 §4.1.2).
 */
export async function sendBackAgain(
  response: Response,
  { asked, browser }: OpenRequest,
  { tokens, clock, settings }: ConsentDeps,
): Promise<void> {
  const code = deriveSecret(browser, asked.requestId, 'code')
  const kept = await tokens.findCode(hashSecret(code))
  if (!kept || kept.usedAt !== null || kept.expiresAt <= clock.now()) {
    throw new OAuthError('invalid_request', 'you have answered this request already; nothing more is to do')
  }
  rememberReceipt(response, deriveSecret(browser, asked.requestId, 'receipt'), settings)
  response.redirect(303, redirectUrl(asked, { code }, settings))
}
