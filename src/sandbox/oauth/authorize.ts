import { type Request, type Response, Router, urlencoded } from 'express'
import { z } from 'zod'
import { type Approval, authorize, type Custodian } from '../custodian.ts'
import { agreementsOf } from '../customers/model.ts'
import { approvalPage } from '../pages/approval-page.ts'
import { loginPage } from '../pages/login-page.ts'
import { messagePage } from '../pages/message-page.ts'
import { additionalScope, includesBills, includesCustomer } from '../scope.ts'
import { answerUrl, checkAuthorizationRequest, errorUrl } from './authorization-request.ts'
import type { CodeBook } from './codes.ts'
import { offeredDurations } from './durations.ts'
import { type Transaction, TransactionBook } from './transactions.ts'

const COOKIE = 'sandbox_browser'

const Login = z.object({ transaction: z.string(), username: z.string(), password: z.string() })

/** A checkbox group arrives as nothing, one text, or several. */
const Several = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([])
const Decision = z.object({
  transaction: z.string(),
  decision: z.enum(['allow', 'deny']),
  usage_point: Several,
  share: Several,
  ends_at: z.coerce.number().int().min(0).optional(),
})

/** The pages of the authorization endpoint: sign in, choose, and back to the client with a code. */
export function authorizePages(custodian: Custodian, codes: CodeBook): Router {
  const { dialect, directory, clients, clock } = custodian
  const transactions = new TransactionBook(clock)
  const router = Router()
  router.use(urlencoded({ extended: false, limit: '64kb' }))

  router.get('/authorize', (request, response) => {
    const checked = checkAuthorizationRequest(request.query, clients, dialect)
    if ('fault' in checked) return sendFault(response, 400, checked.fault)
    if ('redirect' in checked) return response.redirect(checked.redirect.href)
    const transaction = transactions.begin(checked.request)
    response.cookie(COOKIE, transaction.browserSecret, {
      httpOnly: true,
      sameSite: 'lax',
      path: dialect.oauthPath,
    })
    response.send(loginPage({ transaction, custodian }).text)
  })

  router.post('/login', (request, response) => {
    const form = Login.safeParse(request.body)
    const transaction = form.data && transactions.find(form.data.transaction, browserSecretOf(request))
    if (!form.data || !transaction) return sendExpired(response)
    const holder = directory.signIn(form.data.username, form.data.password)
    if (!holder) {
      response.status(401).send(loginPage({ transaction, custodian, failed: true }).text)
      return
    }
    const known = transactions.keep({ ...transaction, holder })
    response.send(approvalPage({ transaction: known, holder, custodian }).text)
  })

  router.post('/decide', (request, response) => {
    const form = Decision.safeParse(request.body)
    const transaction = form.data && transactions.find(form.data.transaction, browserSecretOf(request))
    if (!form.data || !transaction?.holder) return sendExpired(response)
    const { redirectUri, state, client } = transaction.request
    if (form.data.decision === 'deny') {
      transactions.end(transaction.id)
      return response.redirect(303, errorUrl(redirectUri, 'access_denied', state).href)
    }
    const approval = toApproval(form.data, transaction, custodian)
    if (!approval) {
      const page = approvalPage({ transaction, holder: transaction.holder, custodian, nothingChosen: true })
      response.status(400).send(page.text)
      return
    }
    transactions.end(transaction.id)
    const { id } = authorize(approval, custodian)
    const code = codes.issue({ clientId: client.clientId, redirectUri, authorizationId: id })
    response.redirect(303, answerUrl(redirectUri, { code }, state).href)
  })
  return router
}

/** What the customer chose; undefined without a usage point. With `noedit` the request stands as it came. */
function toApproval(
  form: z.output<typeof Decision>,
  { request, holder }: Transaction,
  { clock }: Custodian,
): Approval | undefined {
  if (!holder) return undefined
  const isFixed = additionalScope(request.scope).includes('noedit')
  const own = agreementsOf(holder.customer).map(({ usagePoint }) => usagePoint.id)
  const usagePointIds = own.filter((id) => form.usage_point.includes(id))
  if (usagePointIds.length === 0) return undefined
  const durations = offeredDurations(request.scope, clock)
  const preset = durations.find(({ isPreset }) => isPreset)
  const chosen = isFixed ? preset : durations.find(({ endsAt }) => endsAt === form.ends_at)
  return {
    clientId: request.client.clientId,
    holder,
    requestedScope: request.scopeText,
    usagePointIds,
    bills: includesBills(request.scope) && (isFixed || form.share.includes('bills')),
    customer: includesCustomer(request.scope) && (isFixed || form.share.includes('customer')),
    endsAt: (chosen ?? preset)?.endsAt ?? 0,
  }
}

function browserSecretOf(request: Request): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1]
}

function sendFault(response: Response, status: number, text: string): void {
  response.status(status).send(messagePage('This link does not work', text).text)
}

function sendExpired(response: Response): void {
  sendFault(
    response,
    400,
    'This form has expired or belongs to another browser. Go back to the application and start again.',
  )
}
