import { createServer, type Server } from 'node:http'
import express from 'express'
import { afterAll } from 'vitest'
import { clientsRoutes } from '../../src/cds/routes/clients.ts'
import { coverageRoutes } from '../../src/cds/routes/coverage.ts'
import { credentialsRoutes } from '../../src/cds/routes/credentials.ts'
import { grantsRoutes } from '../../src/cds/routes/grants.ts'
import { messagesRoutes } from '../../src/cds/routes/messages.ts'
import { sealedCursors } from '../../src/cds/routes/paging.ts'
import { serverMetadataRoutes } from '../../src/cds/routes/server-metadata.ts'
import { errorHandler } from '../../src/http/error-handler.ts'
import { accessOf } from '../../src/oauth/access.ts'
import {
  type CustomerContract,
  type CustomerSignIn,
  type ScopeRequest,
  SignInRefusedError,
} from '../../src/oauth/consent/customer-sign-in.ts'
import { requireAccess } from '../../src/oauth/require-access.ts'
import { oauthRoutes } from '../../src/oauth/routes.ts'
import { selfAccessLinks } from '../../src/oauth/self-access/links.ts'
import { defaultLimits, type OauthSettings } from '../../src/oauth/settings.ts'
import type { Grant } from '../../src/oauth/stores.ts'
import { fixedClock } from '../../src/shared/clock.ts'
import { deriveKey } from '../../src/shared/derive-key.ts'
import { UpstreamError } from '../../src/shared/errors.ts'
import { newId, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { authorizationRequestStore } from '../../src/store/authorization-requests.ts'
import { clientStore } from '../../src/store/clients.ts'
import { credentialStore } from '../../src/store/credentials.ts'
import { isUnavailable } from '../../src/store/database-errors.ts'
import { grantStore } from '../../src/store/grants.ts'
import { limitStore } from '../../src/store/limits.ts'
import { messageStore } from '../../src/store/messages.ts'
import { tokenStore } from '../../src/store/tokens.ts'
import { freshDatabase } from './postgres.ts'

export const NOW = '2026-06-15T12:00:00.000Z'

/** The utility as the authorization server sees it: everything it was asked, and what it answers. */
export interface FakeSignIn extends CustomerSignIn {
  contracts: CustomerContract[]
  utilities: { id: string; name: string; takesPassword: boolean; testHint: string | null }[]
  asked: ScopeRequest[][]
  isDown: boolean
  /** What the token endpoint and the customer's feed do before they answer, e.g. wait or throw. */
  beforeTokens: () => unknown
  beforeCustomer: () => unknown
  finished: string[]
  synced: UtilityAuthorizationId[]
  givenUp: UtilityAuthorizationId[]
}

function fakeSignIn(utilityUrl: string, clock: { now(): Date }): FakeSignIn {
  let count = 0
  const next = () => `ua_${String(++count).padStart(32, '0')}` as UtilityAuthorizationId
  const fake: FakeSignIn = {
    contracts: [contract(1), contract(2, ['natural_gas'])],
    utilities: [
      { id: 'test-power', name: 'Test Power', takesPassword: true, testHint: 'Try house / house.' },
    ],
    asked: [],
    isDown: false,
    beforeTokens: () => {},
    beforeCustomer: () => {},
    finished: [],
    synced: [],
    givenUp: [],
    listUtilities: (environment) => (environment === 'sandbox' ? fake.utilities : []),
    start: async ({ requests, state, utilityId }) => {
      fake.asked.push([...requests])
      return new URL(`${utilityUrl}/authorize?utility=${utilityId}&state=${state}`)
    },
    finish: async ({ code, utilityId }) => {
      fake.finished.push(code)
      await fake.beforeTokens()
      if (fake.isDown) throw new UpstreamError('down', { utilityId })
      if (code !== 'good') throw new SignInRefusedError('declined')
      return next()
    },
    passwordSignIn: async ({ username, password, utilityId, requests }) => {
      if (fake.isDown) throw new UpstreamError('down', { utilityId })
      if (username !== 'house' || password !== 'pass word') throw new SignInRefusedError('wrong_credentials')
      fake.asked.push([...requests])
      return next()
    },
    loadCustomer: async () => {
      await fake.beforeCustomer()
      return { contracts: fake.contracts }
    },
    startSync: async (id) => {
      fake.synced.push(id)
      return { eta: new Date(clock.now().getTime() + 60_000), delayed: false }
    },
    giveUp: async (id) => void fake.givenUp.push(id),
  }
  return fake
}

/** One service contract of a customer. */
export function contract(number: number, serviceTypes = ['electric']): CustomerContract {
  return {
    contractId: `contract${number}`,
    contractNumber: `C-${number}`,
    accountNumber: `A-${number}`,
    address: `${number} Main Street`,
    serviceTypes,
    ratePlan: 'TOU-D',
  }
}

/** The whole authorization server on a port of its own, with a real database and a utility that answers as told. */
export async function startOauthApp(
  name: string,
  { trustProxy, ...changes }: Partial<OauthSettings> & { trustProxy?: number } = {},
) {
  const { address, database, pool } = await freshDatabase(name)
  const app = express()
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy)
  const server = createServer(app)
  const url = await listen(server)
  const clock = fixedClock(NOW)
  const sealKeys = { current: 'k1', keys: new Map([['k1', new Uint8Array(32).fill(7)]]) }
  const settings = { ...testSettings(url), ...changes }
  const signIn = fakeSignIn('http://utility.test', clock)
  const ended: Grant[] = []
  const stores = {
    clients: clientStore(database, { sealKeys }),
    credentials: credentialStore(database, { sealKeys }),
    grants: grantStore(database),
    messages: messageStore(database),
    tokens: tokenStore(database),
    requests: authorizationRequestStore(database),
    openLimit: limitStore(database, deriveKey(new Uint8Array(32).fill(8), 'rate limits')),
  }
  const links = selfAccessLinks(deriveKey(new Uint8Array(32).fill(8), 'self-access links'))
  const deps = {
    ...stores,
    settings,
    clock,
    newId,
    newGrantId: () => newId('grant'),
    customerSignIn: signIn,
    cursors: sealedCursors(sealKeys),
    links,
    log: silentLogger,
    listCoverages: () => ['test-power'],
    onGrantEnded: async (grant: Grant) => {
      ended.push(grant)
    },
  }
  const admin = { ...deps, requireAccess: requireAccess('client_admin', deps) }
  app.use(oauthRoutes(deps))
  app.use(serverMetadataRoutes(deps))
  app.use('/cds/v1', coverageRoutes({ ...deps, role: 'aggregator', listUtilities: () => [UTILITY] }))
  app.use(
    '/cds/v1',
    clientsRoutes(admin),
    credentialsRoutes(admin),
    grantsRoutes(admin),
    messagesRoutes(admin),
  )
  app.get('/cds/v1/accounts', requireAccess('customer_data', deps), (_request, response) => {
    response.json({ grants: accessOf(response).grantIds })
  })
  app.use(errorHandler({ log: silentLogger, settings, isUnavailable }))
  afterAll(() => new Promise((resolve) => server.close(resolve)))
  return { url, clock, signIn, ended, address, database, pool, links, settings, ...stores }
}
export type OauthApp = Awaited<ReturnType<typeof startOauthApp>>

const UTILITY = {
  id: 'test-power',
  name: 'Test Power',
  abbreviation: 'TP',
  country: 'US',
  commodities: ['electric', 'natural_gas'] as const,
}

function testSettings(publicUrl: string): OauthSettings {
  return {
    publicUrl,
    name: 'Test Gateway',
    description: 'A gateway for tests',
    website: 'https://gateway.test',
    documentation: 'https://gateway.test/docs',
    support: 'https://gateway.test/support',
    policyUrl: 'https://gateway.test/policy',
    termsUrl: 'https://gateway.test/terms',
    humanRegistrationUrl: 'https://gateway.test/register',
    testAccountsUrl: 'https://gateway.test/test-accounts',
    timezone: 'America/New_York',
    environments: ['sandbox'],
    created: new Date('2026-01-01T00:00:00Z'),
    updated: new Date('2026-02-01T00:00:00Z'),
    ...defaultLimits,
    registrationsPerHour: 1000,
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

export type Body = Record<string, unknown>
export interface Answer {
  status: number
  headers: Headers
  body: Body
  text: string
}

/** What a client of these tests holds. */
export interface Keys {
  clientId: string
  secret: string
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
}

/** Sends JSON, or nothing. */
export async function call(
  url: string,
  options: {
    method?: string
    token?: string
    body?: unknown
    raw?: string
    headers?: Record<string, string>
  } = {},
) {
  return read(
    await fetch(url, {
      method: options.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...options.headers,
        ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
        ...(options.body !== undefined || options.raw !== undefined
          ? { 'content-type': 'application/json' }
          : {}),
      },
      ...(options.body !== undefined || options.raw !== undefined
        ? { body: options.raw ?? JSON.stringify(options.body) }
        : {}),
    }),
  )
}

/** Posts a form as a client does: HTTP Basic. */
export async function post(
  url: string,
  fields: Record<string, string> | string,
  keys?: Keys,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const basic = keys && Buffer.from(`${encodeURIComponent(keys.clientId)}:${encodeURIComponent(keys.secret)}`)
  return read(
    await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        ...headers,
        'content-type': 'application/x-www-form-urlencoded',
        ...(basic ? { authorization: `Basic ${basic.toString('base64')}` } : {}),
      },
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields),
    }),
  )
}

export const ALL_SCOPES =
  'cds_client_admin cds_grant_admin cds_usage cds_rate_plan cds_service_contracts cds_bill_statements cds_service_bills cds_query_accounts cds_query_service_contracts cds_query_service_points cds_query_meter_devices cds_query_bill_statements cds_query_bill_sections cds_query_usage'

/** Registers, gets an admin token, and finds the client of each group with its secret. */
export async function register(app: OauthApp, scope = ALL_SCOPES, extra: Body = {}) {
  const answer = await call(`${app.url}/oauth/register`, {
    method: 'POST',
    body: { scope, client_name: 'Acme Energy', ...extra },
  })
  const admin = { clientId: String(answer.body.client_id), secret: String(answer.body.client_secret) }
  const token = await adminToken(app, admin)
  const clients = (await call(`${app.url}/cds/v1/clients`, { token })).body.clients as Body[]
  const credentials = (await call(`${app.url}/cds/v1/credentials`, { token })).body.credentials as Body[]
  const keysOf = (part: string): Keys => {
    const clientId = String(clients.find((client) => String(client.scope).includes(part))?.client_id)
    const credential = credentials.find((each) => each.client_id === clientId)
    return { clientId, secret: String(credential?.client_secret) }
  }
  return {
    answer,
    admin,
    token,
    clients,
    credentials,
    grantAdmin: keysOf('cds_grant_admin'),
    consent: keysOf('cds_usage'),
    query: keysOf('cds_query'),
  }
}
export type Registered = Awaited<ReturnType<typeof register>>

export async function adminToken(app: OauthApp, admin: Keys): Promise<string> {
  const fields = { grant_type: 'client_credentials', scope: 'cds_client_admin' }
  return String((await post(`${app.url}/oauth/token`, fields, admin)).body.access_token)
}

/** A browser that keeps cookies and goes where it is sent only when told. */
export class Browser {
  readonly cookies = new Map<string, string>()

  async get(url: string): Promise<Answer> {
    return this.send(url, { method: 'GET' })
  }

  async submit(url: string, fields: [string, string][]): Promise<Answer> {
    return this.send(url, { method: 'POST', body: new URLSearchParams(fields) })
  }

  private async send(url: string, init: RequestInit): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: cookie ? { cookie } : {} })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      this.cookies.set(name, value)
    }
    return read(response)
  }
}

/** The address of an authorization request. */
export function authorizeUrl(app: OauthApp, keys: Keys, extra: Record<string, string> = {}): string {
  const parameters = {
    response_type: 'code',
    client_id: keys.clientId,
    state: 's1',
    scope: 'cds_usage',
    ...extra,
  }
  return `${app.url}/oauth/authorize?${new URLSearchParams(parameters)}`
}

/** Goes from the client's link through the utility to the form. */
export async function openForm(app: OauthApp, browser: Browser, link: string) {
  const begun = await browser.get(link)
  const consentUrl = new URL(String(begun.headers.get('location')), app.url).href
  const toUtility = await browser.get(consentUrl)
  const upstream = new URL(String(toUtility.headers.get('location')))
  const state = String(upstream.searchParams.get('state'))
  await browser.get(`${app.url}/oauth/utility-callback?code=good&state=${state}`)
  const form = await browser.get(consentUrl)
  const csrf = /name="csrf" value="([^"]+)"/.exec(form.text)?.[1] ?? ''
  return { consentUrl, form, csrf, state, decisionUrl: `${consentUrl}/decision` }
}

/** Approves the first contract of the form, and gives where the browser is sent. */
export async function approve(
  app: OauthApp,
  link: string,
  browser = new Browser(),
  ticked: [string, string][] = [['contract.0', 'contract1']],
) {
  const opened = await openForm(app, browser, link)
  const answer = await browser.submit(opened.decisionUrl, [
    ['csrf', opened.csrf],
    ['decision', 'approve'],
    ...ticked,
  ])
  const location = new URL(String(answer.headers.get('location')))
  return { ...opened, browser, answer, location, code: String(location.searchParams.get('code')) }
}
