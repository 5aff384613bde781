import { brotliCompressSync, gzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CdsClient } from '../support/cds-client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { Browser } from '../support/oauth-app.ts'
import { freshDatabase } from '../support/postgres.ts'
import { postgresBackendIn } from '../support/queue-backends.ts'
import { type Answer, json, text, utilityServer } from '../upstream/utility-server.ts'

const utility = await utilityServer()
const CUSTOMER = '/customer'
/** What the hostile utility answers to the token request, and to whatever is asked with the token. */
let given = 0
const GOOD_TOKENS: Answer = (response, request) =>
  json(200, {
    access_token: `at-${++given}`,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: `rt-${given}`,
    scope: 'FB=4_5_46;HistoryLength=63072000',
    resourceURI: `${utility.url}/Batch/Subscription/7`,
    customerResourceURI: `${utility.url}${CUSTOMER}`,
  })(response, request)

let test: TestGateway
let client: CdsClient
let tokens: Answer = GOOD_TOKENS
let resource: Answer = text(500)
beforeAll(async () => {
  const fresh = await freshDatabase('consent_faults')
  const env = { SANDBOX_URL: utility.url, UTILITIES: 'sandbox-openespi' }
  test = await startGateway({
    database: fresh.database,
    queue: await postgresBackendIn(fresh),
    work: false,
    env,
  })
  client = await CdsClient.register(test.url, 'cds_client_admin cds_usage')
})
beforeEach(() => {
  tokens = GOOD_TOKENS
  resource = text(500)
  utility.answer = (response, request) =>
    (request.path.endsWith('/oauth/token') ? tokens : resource)(response, request)
})

/** The pages that a customer sees who comes back from the utility, and opens the form. */
async function consent() {
  const browser = new Browser()
  const { client_id } = client.of('cds_usage')
  const query = new URLSearchParams({ response_type: 'code', client_id, scope: 'cds_usage' })
  const begun = await browser.get(`${test.url}/oauth/authorize?${query}`)
  const consentUrl = String(begun.headers.get('location'))
  const toUtility = await browser.get(consentUrl)
  const state = new URL(String(toUtility.headers.get('location'))).searchParams.get('state')
  const callback = await browser.get(`${test.url}/oauth/utility-callback?code=c&state=${state}`)
  return { callback, form: await browser.get(consentUrl), path: new URL(consentUrl).pathname }
}

const HTML = '<!doctype html><html><body><h1>Back soon</h1></body></html>'
const FEED = '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>'
const encoded = (name: string, body: Buffer) => (response: Parameters<Answer>[0]) =>
  response.writeHead(200, { 'content-encoding': name }).end(body)

const PREPARING = [202, 'still preparing your data'] as const
const TROUBLE = [503, 'not answering as it should'] as const
const FORM = [200, 'authorization request'] as const

const ANSWERS: [string, Answer, readonly [number, string]][] = [
  ['202', text(202, '', { 'retry-after': '600' }), PREPARING],
  ['HTML', text(200, HTML), TROUBLE],
  ['garbage', text(200, '\u0000\u0001 no XML <<<'), TROUBLE],
  ['nothing', text(200, ''), TROUBLE],
  ['a DOCTYPE', text(200, `<!DOCTYPE feed [<!ENTITY a "b">]>${FEED}`), TROUBLE],
  ['401', text(401), TROUBLE],
  ['403', text(403), TROUBLE],
  ['404', text(404), TROUBLE],
  ['429', text(429, '', { 'retry-after': '3600' }), TROUBLE],
  ['500', text(500, HTML), TROUBLE],
  ['a redirect without end', text(302, '', { location: CUSTOMER }), TROUBLE],
  ['a redirect elsewhere', text(302, '', { location: 'http://169.254.169.254/' }), TROUBLE],
  [
    'a cut body',
    (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('<feed>')
      setTimeout(() => response.destroy(), 10)
    },
    TROUBLE,
  ],
  ['a reset', (response) => response.socket?.resetAndDestroy(), TROUBLE],
  ['Content-Encoding: UTF-8', encoded('UTF-8', Buffer.from(FEED)), TROUBLE],
  ['gzip that is none', encoded('gzip', Buffer.from(FEED)), TROUBLE],
  ['Content-Encoding: br', encoded('br', brotliCompressSync(FEED)), FORM],
  ['Content-Encoding: GZIP', encoded('GZIP', gzipSync(FEED)), FORM],
]

describe('a consent at a utility that answers anything', () => {
  it.each(ANSWERS)(
    "shows a page with words for %s to the customer's feed",
    async (_, answer, [status, words]) => {
      resource = answer
      const { form, path } = await consent()
      expect([form.status, form.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
      expect(form.text.toLowerCase()).toContain(words)
      if (status !== 200) expect(form.text).toContain(`href="${path}"`)
      if (status === 202) expect(form.headers.get('refresh')).toBe(`30; url=${path}`)
      expect(test.lines.filter((line) => line.includes('"level":50'))).toEqual([])
    },
  )

  it.each(ANSWERS)('and for %s to the Authorization resource', async (_, answer) => {
    const bare = { access_token: 'at-1', token_type: 'Bearer', scope: 'FB=4_5_46' }
    tokens = json(200, {
      ...bare,
      resourceURI: `${utility.url}/Batch/Subscription/7`,
      authorizationURI: `${utility.url}/Authorization/7`,
    })
    resource = answer
    const { form } = await consent()
    expect(form.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect([200, 202, 409, 503]).toContain(form.status)
    expect(form.text).toMatch(/<h1>.+<\/h1>/)
  })

  it.each<[string, Answer]>([
    ['202', text(202)],
    ['HTML', text(200, HTML)],
    ['500', text(500, HTML)],
    ['429', text(429)],
    ['404', text(404)],
    [
      'a cut body',
      (response) => response.writeHead(200, { 'content-length': '99' }).write('{') && response.destroy(),
    ],
    ['Content-Encoding: UTF-8', encoded('UTF-8', Buffer.from('{}'))],
  ])('and for %s of the token endpoint, with a way back', async (_, answer) => {
    tokens = answer
    const { callback, path } = await consent()
    expect([callback.status, callback.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
    expect(callback.text).toContain(`href="${path}"`)
  })

  it('asks to sign in again where the only token is refused', async () => {
    tokens = json(200, {
      access_token: 'at-1',
      token_type: 'Bearer',
      scope: 'FB=4_5_46',
      resourceURI: `${utility.url}/Batch/Subscription/7`,
      customerResourceURI: `${utility.url}${CUSTOMER}`,
    })
    resource = text(401)
    const { form, path } = await consent()
    expect([form.status, form.text.includes(`href="${path}/sign-in"`)]).toEqual([409, true])
  })

  it.each<[string, Answer]>([
    ['202', text(202)],
    ['HTML', text(200, HTML)],
    ['500', text(500)],
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    ['Content-Encoding: UTF-8', encoded('UTF-8', Buffer.from('{}'))],
  ])('self-access shows a page for %s of the token endpoint', async (_, answer) => {
    const query = await CdsClient.register(test.url, 'cds_client_admin cds_query_accounts')
    const { outstanding } = await query.get('/cds/v1/messages', query.admin)
    tokens = answer
    const page = await fetch(outstanding[0].related_uri, {
      method: 'POST',
      body: new URLSearchParams({
        utility_id: 'sandbox-openespi',
        username: 'house',
        password: 'house-pass',
      }),
    })
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain('is not answering at the moment')
  })
})
