import express, { type Request, type Response, Router } from 'express'
import type { Logger } from '../../shared/logger.ts'
import type { CustomerSignIn } from '../consent/customer-sign-in.ts'
import { showFaults } from '../consent/show-faults.ts'
import type { OpenLimit } from '../limits.ts'
import { invalidLinkPage, selfAccessPage } from '../pages/self-access.ts'
import { sendPage } from '../pages/send-page.ts'
import { addressOf, countOrRefuse } from '../rate-limit.ts'
import type { ClientStore } from '../stores.ts'
import type { SelfAccessLinks } from './links.ts'
import { type Opened, type SignInDeps, signIn } from './sign-in.ts'

export interface SelfAccessDeps extends Omit<SignInDeps, 'passwords'> {
  clients: SignInDeps['clients'] & Pick<ClientStore, 'find' | 'findSelfAccessLink'>
  customerSignIn: SignInDeps['customerSignIn'] & Pick<CustomerSignIn, 'listUtilities'>
  links: SelfAccessLinks
  openLimit: OpenLimit
  log: Pick<Logger, 'warn' | 'error'>
}

/**
 * Where the owner of a query client signs in at the utility (CDS-WG1-02 §3.6 #registration-field-types `sso_verification`). The page works
 * again and again: each sign-in links the accounts it brings.
 */
export function selfAccessRoutes(deps: SelfAccessDeps): Router {
  const router = Router()
  const { signInsPerHour, passwordsPerHour } = deps.settings
  const perAddress = deps.openLimit('sign-ins of an address', signInsPerHour)
  const perLink = deps.openLimit('sign-ins of a link', signInsPerHour)
  const passwords = deps.openLimit('passwords of a username', passwordsPerHour, { clears: true })

  router.get('/self-access/:link', async (request, response) => {
    const opened = await open(request, response, deps)
    if (opened) sendPage(response, 200, selfAccessPage(contentsOf(request, opened), deps.settings))
  })

  router.post('/self-access/:link', readForm, async (request, response) => {
    const opened = await open(request, response, deps)
    if (!opened) return
    await countOrRefuse(perAddress, addressOf(request))
    await countOrRefuse(perLink, opened.messageId)
    const { status, retryAfterMs, ...said } = await signIn(request.body, opened, { ...deps, passwords })
    if (retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(retryAfterMs / 1000)))
    sendPage(response, status, selfAccessPage({ ...contentsOf(request, opened), ...said }, deps.settings))
  })
  router.use('/self-access', showFaults(deps))
  return router
}

const readForm = express.urlencoded({ extended: false, limit: '16kb' })

/** What a link opens; without anything the page that says why is sent. */
async function open(
  request: Request,
  response: Response,
  { clients, customerSignIn, links, clock, settings }: SelfAccessDeps,
): Promise<Opened | undefined> {
  const read = links.read(String(request.params.link), clock.now())
  if (read === 'expired') {
    sendPage(response, 410, invalidLinkPage('This link has expired.', settings))
    return undefined
  }
  const link = read === 'unknown' ? undefined : await clients.findSelfAccessLink(read.messageId)
  const client = link && (await clients.find(link.clientId))
  if (!client || client.status === 'disabled') {
    sendPage(response, 404, invalidLinkPage('This link is not known, or its client is disabled.', settings))
    return undefined
  }
  const utilities = customerSignIn.listUtilities(client.status).filter(({ takesPassword }) => takesPassword)
  return { messageId: link.messageId, client, utilities }
}

function contentsOf({ params }: Request, { client, utilities }: Opened) {
  return { client, utilities, path: `/self-access/${params.link}`, utilityId: undefined }
}
