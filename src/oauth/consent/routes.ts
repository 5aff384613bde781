import express, { type Request, Router } from 'express'
import { OAuthError } from '../errors.ts'
import { approvedPage, defaultRedirectErrorPage } from '../pages/default-redirect.ts'
import { sendPage } from '../pages/send-page.ts'
import { toParameters } from '../parameters.ts'
import type { ConsentDeps } from './consent-deps.ts'
import { decide } from './decision.ts'
import { formPage, loadForm } from './form.ts'
import { openRequest } from './open-request.ts'
import { rememberedReceipt } from './receipt-cookie.ts'
import { receiptRoutes } from './receipts.ts'
import { showFaults } from './show-faults.ts'
import { beforeForm, finishSignIn, signInAgain } from './sign-in.ts'

/** Everything between the client's link and the customer's decision, CDS-WG3-01 §9 #authorizations. */
export function consentRoutes(deps: ConsentDeps): Router {
  const router = Router()
  const open = async (request: Request) =>
    openRequest(request, await deps.requests.find(String(request.params.id)), deps)

  router.get('/oauth/consent/:id', async (request, response) => {
    const opened = await open(request)
    if (opened.asked.outcome !== null) throw answered()
    if (opened.asked.utilityAuthorizationId === null) return beforeForm(response, opened, deps)
    sendPage(response, 200, formPage(await loadForm(opened, deps), opened, deps))
  })

  router.get('/oauth/consent/:id/sign-in', async (request, response) => {
    const opened = await open(request)
    if (opened.asked.outcome !== null) throw answered()
    await signInAgain(response, opened, toParameters(request.query).utility_id, deps)
  })

  router.post('/oauth/consent/:id/decision', readForm, async (request, response) => {
    await decide(request, response, await open(request), deps)
  })

  router.get('/oauth/utility-callback', async (request, response) => {
    await finishSignIn(request, response, toParameters(request.query), deps)
  })

  // §9.3.3 #default-redirect-error, and §9.1.1: a success leads on to the receipt.
  router.get('/oauth/default-redirect/:clientId', (request, response) => {
    const { error, code } = toParameters(request.query)
    const receipt = rememberedReceipt(request)
    if (code !== undefined && receipt !== undefined) return response.redirect(303, `/receipts/${receipt}`)
    if (code !== undefined) return sendPage(response, 200, approvedPage(deps.settings))
    sendPage(response, 200, defaultRedirectErrorPage(error ?? 'invalid_request', deps.settings))
  })

  router.use(receiptRoutes(deps))
  router.use(['/oauth/consent/:id', '/oauth/utility-callback', '/receipts'], showFaults(deps))
  return router
}

/** Forms of ours are small; a customer with thousands of services still fits. */
const readForm = express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 20_000 })

function answered(): OAuthError {
  return new OAuthError('invalid_request', 'you have answered this request already; nothing more is to do')
}
