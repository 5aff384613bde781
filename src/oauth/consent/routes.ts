import express, { type ErrorRequestHandler, type Request, Router } from 'express'
import { UpstreamError } from '../../shared/errors.ts'
import { OAuthError } from '../errors.ts'
import { approvedPage, defaultRedirectErrorPage } from '../pages/default-redirect.ts'
import { invalidRequestPage } from '../pages/invalid-request.ts'
import { sendPage } from '../pages/send-page.ts'
import { utilityTroublePage } from '../pages/utility-trouble.ts'
import { toParameters } from '../parameters.ts'
import type { ConsentDeps } from './consent-deps.ts'
import { decide } from './decision.ts'
import { formPage, loadForm } from './form.ts'
import { openRequest } from './open-request.ts'
import { rememberedReceipt } from './receipt-cookie.ts'
import { receiptRoutes } from './receipts.ts'
import { chooseUtility, finishSignIn, startSignIn } from './sign-in.ts'

/** Everything between the client's link and the customer's decision, CDS-WG3-01 §9 #authorizations. */
export function consentRoutes(deps: ConsentDeps): Router {
  const router = Router()
  const open = async (request: Request) =>
    openRequest(request, await deps.requests.find(String(request.params.id)), deps)

  router.get('/oauth/consent/:id', async (request, response) => {
    const opened = await open(request)
    if (opened.asked.outcome !== null) throw answered()
    if (opened.asked.utilityAuthorizationId === null) return chooseUtility(response, opened, deps)
    sendPage(response, 200, formPage(await loadForm(opened, deps), opened, deps))
  })

  router.get('/oauth/consent/:id/sign-in', async (request, response) => {
    const opened = await open(request)
    if (opened.asked.outcome !== null) throw answered()
    await startSignIn(response, opened, toParameters(request.query).utility_id ?? '', deps)
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

/** People read pages, not JSON. What is neither theirs nor the utility's fault goes on to the error handler. */
function showFaults({ settings, log }: Pick<ConsentDeps, 'settings' | 'log'>): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (error instanceof OAuthError) {
      return sendPage(response, 400, invalidRequestPage(error.description, settings))
    }
    if (!(error instanceof UpstreamError)) return next(error)
    log.warn({ err: error }, 'a utility did not answer during a consent')
    sendPage(response, 503, utilityTroublePage(retryPath(request), settings))
  }
}

function retryPath(request: Request): string {
  const id = request.params.id
  return id === undefined ? '' : `/oauth/consent/${id}`
}
