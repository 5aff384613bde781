import express, { Router } from 'express'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import {
  AuthorizationWithdrawnError,
  NotYetError,
  SignInNeededError,
  UpstreamError,
} from '../../shared/errors.ts'
import type { GrantId, MessageId } from '../../shared/ids.ts'
import type { Logger } from '../../shared/logger.ts'
import { beginSync } from '../begin-sync.ts'
import { type CustomerSignIn, SignInRefusedError, type UtilityChoice } from '../consent/customer-sign-in.ts'
import { showFaults } from '../consent/show-faults.ts'
import { toScopeRequests } from '../details/granted-details.ts'
import { toRequestedScopes } from '../details/requested-scopes.ts'
import { notify } from '../notify.ts'
import { invalidRequestPage } from '../pages/invalid-request.ts'
import { type SelfAccessContents, selfAccessPage } from '../pages/self-access.ts'
import { sendPage } from '../pages/send-page.ts'
import { addressOf, rateLimit } from '../rate-limit.ts'
import type { OauthSettings } from '../settings.ts'
import type {
  Client,
  ClientStore,
  GrantStore,
  MessageStatus,
  MessageStore,
  SelfAccessLink,
} from '../stores.ts'

export interface SelfAccessDeps {
  clients: Pick<ClientStore, 'find' | 'findSelfAccessLink' | 'linkUtilityAuthorization'>
  messages: Pick<MessageStore, 'create' | 'update'>
  grants: Pick<GrantStore, 'find' | 'update'>
  customerSignIn: Pick<CustomerSignIn, 'listUtilities' | 'passwordSignIn' | 'startSync'>
  newId(kind: 'message'): MessageId
  clock: Clock
  settings: OauthSettings
  log: Pick<Logger, 'warn' | 'error'>
}

interface Opened {
  link: SelfAccessLink
  client: Client
  utilities: UtilityChoice[]
}

/** One sign-in, as the form sends it. */
const form = z.object({
  utility_id: z.string().min(1),
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(200),
})

/**
 * Where the owner of a query client signs in at the utility (CDS-WG1-02 §3.6 #registration-field-types `sso_verification`). The page works
 * again and again: each sign-in links the accounts it brings.
 */
export function selfAccessRoutes(deps: SelfAccessDeps): Router {
  const router = Router()
  const perLink = rateLimit(deps.settings.signInsPerHour, (request) => `link ${request.params.secret}`)
  const perAddress = rateLimit(deps.settings.signInsPerHour, (request) => `address ${addressOf(request)}`)

  router.get('/self-access/:secret', async (request, response) => {
    const opened = await open(request.params.secret, deps)
    if (!opened) return sendPage(response, 404, notFound(deps.settings))
    sendPage(response, 200, selfAccessPage(contentsOf(opened), deps.settings))
  })

  router.post('/self-access/:secret', perAddress, perLink, readForm, async (request, response) => {
    const opened = await open(String(request.params.secret), deps)
    if (!opened) return sendPage(response, 404, notFound(deps.settings))
    const { status, ...said } = await signIn(request.body, opened, deps)
    sendPage(response, status, selfAccessPage({ ...contentsOf(opened), ...said }, deps.settings))
  })
  router.use('/self-access', showFaults(deps))
  return router
}

const readForm = express.urlencoded({ extended: false, limit: '16kb' })

function notFound(settings: OauthSettings) {
  return invalidRequestPage('this link is not known; take it from the message in the Messages API', settings)
}

async function open(
  secret: string,
  { clients, customerSignIn }: SelfAccessDeps,
): Promise<Opened | undefined> {
  const link = await clients.findSelfAccessLink(secret)
  const client = link && (await clients.find(link.clientId))
  if (!client || client.status === 'disabled') return undefined
  const utilities = customerSignIn.listUtilities(client.status).filter(({ takesPassword }) => takesPassword)
  return { link, client, utilities }
}

function contentsOf({ link, client, utilities }: Opened): SelfAccessContents {
  return { client, utilities, path: `/self-access/${link.secret}`, utilityId: undefined }
}

type Said = Partial<Pick<SelfAccessContents, 'fault' | 'linkedTo' | 'utilityId'>> & { status: number }

/** What the page says after a sign-in. Username and password go no further than the utility. */
async function signIn(body: unknown, opened: Opened, deps: SelfAccessDeps): Promise<Said> {
  const given = form.safeParse(body)
  const utility = opened.utilities.find(({ id }) => id === given.data?.utility_id)
  if (!given.success || !utility) {
    return { status: 400, fault: 'Choose your utility and fill in username and password.' }
  }
  const { username, password } = given.data
  const utilityId = utility.id
  try {
    const requests = scopeRequests(opened.client, deps)
    const id = await deps.customerSignIn.passwordSignIn({ utilityId, username, password, requests })
    await link(id, opened, deps)
    return { status: 200, linkedTo: utility.name, utilityId }
  } catch (error) {
    if (error instanceof SignInRefusedError) {
      const fault = `${utility.name} did not accept this username and password. Check them and try again.`
      return { status: 400, fault, utilityId }
    }
    if (!isOfUtility(error)) throw error
    const fault = `${utility.name} is not answering at the moment. Nothing was changed; try again later.`
    return { status: 503, fault, utilityId }
  }
}

/** What only the utility can mend, by a later answer. */
function isOfUtility(error: unknown): boolean {
  return [UpstreamError, NotYetError, AuthorizationWithdrawnError, SignInNeededError].some(
    (fault) => error instanceof fault,
  )
}

/** §3.6: submitted is `pending`, accepted is `complete`. The utility's word is the review. */
async function link(
  id: Awaited<ReturnType<CustomerSignIn['passwordSignIn']>>,
  { client, link: { messageId } }: Opened,
  deps: SelfAccessDeps,
): Promise<void> {
  await update(client, messageId, 'pending', 'The sign-in was received.', deps)
  const changed = await deps.clients.linkUtilityAuthorization(client.clientId, id, deps.clock.now())
  await deps.customerSignIn.startSync(id)
  await renewEtas(changed, deps)
  await update(client, messageId, 'complete', 'Your accounts are linked to the client.', deps)
  await deps.messages.update(messageId, { status: 'complete' }, deps.clock.now())
}

/** Grants that got more data are loading again: only those that still are `pending` get a new `eta`. */
async function renewEtas(changed: readonly GrantId[], deps: SelfAccessDeps): Promise<void> {
  for (const grantId of changed) {
    const grant = await deps.grants.find(grantId)
    if (grant) await beginSync(grant, deps)
  }
}

function update(
  client: Client,
  previousId: MessageId,
  status: MessageStatus,
  description: string,
  deps: SelfAccessDeps,
): Promise<void> {
  const said = { type: 'request_update', status, name: 'Sign in at your utility', description } as const
  return notify(client.registrationId, { ...said, previousId, related: null }, deps)
}

function scopeRequests(client: Client, { clock, settings }: SelfAccessDeps) {
  const moment = { now: clock.now(), timezone: settings.timezone }
  const asked = { scope: client.scope, authorizationDetails: [] }
  return toScopeRequests(toRequestedScopes(asked, client, moment), moment)
}
