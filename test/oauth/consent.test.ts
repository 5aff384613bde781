import { beforeAll, describe, expect, it } from 'vitest'
import {
  approve,
  authorizeUrl,
  Browser,
  call,
  contract,
  type OauthApp,
  openForm,
  post,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

let app: OauthApp
let registered: Registered
beforeAll(async () => {
  app = await startOauthApp('consent')
  registered = await register(app)
})

const details = (entry: object) => ({
  authorization_details: JSON.stringify([{ type: 'cds_usage', ...entry }]),
})
const link = (extra: Record<string, string> = {}) => authorizeUrl(app, registered.consent, extra)
const ticked = (text: string) => [...text.matchAll(/value="(contract\d+)" checked/g)].map(([, id]) => id)
const errorOf = (location: string | null) => new URL(String(location)).searchParams.get('error')

describe('authorization request, CDS-WG3-01 §9.1.1', () => {
  it.each([
    ['an unknown client', { client_id: 'c_unknown' }],
    ['a redirect URI that is not registered', { redirect_uri: 'https://evil.test/cb' }],
    ['another response type', { response_type: 'token' }],
  ])('shows %s to the customer and never redirects (RFC 6749 §4.1.2.1)', async (_what, extra) => {
    const answer = await new Browser().get(link(extra))
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.text).toContain('tell the website or app')
  })

  it.each([
    ['an unknown scope', { scope: 'nonsense' }, 'invalid_scope'],
    ['an unknown field', details({ nonsense: 1 }), 'invalid_authorization_details'],
    ['details that are no JSON', { authorization_details: '{' }, 'invalid_authorization_details'],
    ['plain PKCE', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    ['a grant id', { cds_grant_id: 'g_1' }, 'cds_grant_id_invalid_value'],
    [
      'a merge with nobody',
      details({ merge_selection_with: 'cds_rate_plan' }),
      'invalid_authorization_details',
    ],
  ])('sends %s back to the client with state and iss (RFC 9207 §2)', async (_what, extra, error) => {
    const answer = await new Browser().get(link(extra))
    const location = new URL(String(answer.headers.get('location')))
    expect(location.pathname).toBe(`/oauth/default-redirect/${registered.consent.clientId}`)
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 's1', iss: app.url })
  })

  it('asks the utility for what was requested, durations absolute', async () => {
    await openForm(app, new Browser(), link(details({ contract_numbers: ['_all'], segment_start: 'P2Y' })))
    expect(app.signIn.asked.at(-1)).toMatchObject([
      {
        type: 'cds_usage',
        details: {
          contract_numbers: ['_all'],
          segment_start: '2024-06-15T12:00:00Z',
          include_usage_segments: true,
        },
      },
    ])
  })

  it('takes pushed parameters once (RFC 9126)', async () => {
    const pushed = await post(
      `${app.url}/oauth/par`,
      { response_type: 'code', scope: 'cds_usage', state: 'p1' },
      registered.consent,
    )
    expect(pushed.status).toBe(201)
    const query = { client_id: registered.consent.clientId, request_uri: String(pushed.body.request_uri) }
    const url = `${app.url}/oauth/authorize?${new URLSearchParams(query)}`
    const { location } = await approve(app, url)
    expect(location.searchParams.get('state')).toBe('p1')
    expect((await new Browser().get(url)).status).toBe(400)
    const wrong = await post(
      `${app.url}/oauth/par`,
      { response_type: 'code', scope: 'x' },
      registered.consent,
    )
    expect(wrong.body.error).toBe('invalid_scope')
  })

  it('lets only the browser that began go on', async () => {
    const { consentUrl, form, state } = await openForm(app, new Browser(), link())
    expect(form.status).toBe(200)
    expect((await new Browser().get(consentUrl)).status).toBe(400)
    expect(
      (await new Browser().get(`${app.url}/oauth/utility-callback?code=good&state=${state}`)).status,
    ).toBe(400)
  })

  it('takes a failed sign-in for a no (§9.1.2)', async () => {
    const browser = new Browser()
    const begun = await browser.get(link())
    const upstream = await browser.get(new URL(String(begun.headers.get('location')), app.url).href)
    const state = new URL(String(upstream.headers.get('location'))).searchParams.get('state')
    const back = await browser.get(`${app.url}/oauth/utility-callback?error=access_denied&state=${state}`)
    expect(errorOf(back.headers.get('location'))).toBe('access_denied')
  })
})

describe('authorization form, CDS-WG3-01 §9.2', () => {
  it('names who asks, what, for how long, and each contract with its numbers (§9.2.3.2)', async () => {
    const { form } = await openForm(app, new Browser(), link())
    for (const text of [
      'Test Power',
      'Acme Energy',
      'Your energy and water usage',
      'the past year',
      'for 1 year from now',
      'Contract C-1',
      'Account A-2',
      '2 Main Street',
      'natural gas',
      'Rate plan TOU-D',
      'added to my accounts later',
    ]) {
      expect(form.text).toContain(text)
    }
    expect(ticked(form.text)).toEqual([])
  })

  it('lets nothing run or frame it (Content-Security-Policy)', async () => {
    const { form } = await openForm(app, new Browser(), link())
    const policy = form.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain(`form-action 'self' ${app.url}`)
    expect(form.text).not.toMatch(/<script(?! src="\/assets\/)|style="|onclick/)
  })

  it('escapes what the client wrote about itself', async () => {
    const evil = await register(app, 'cds_client_admin cds_usage', {
      client_name: '<script>alert(1)</script>',
    })
    const { form } = await openForm(app, new Browser(), authorizeUrl(app, evil.consent))
    expect(form.text).toContain('&lt;script&gt;alert(1)')
  })

  it.each([
    ['contract_numbers', { contract_numbers: ['C-2'] }, ['contract2']],
    ['_all', { contract_numbers: ['_all'] }, ['contract1', 'contract2']],
    ['service_types', { service_types: ['natural_gas'] }, ['contract2']],
    ['the intersection of two fields', { account_numbers: ['A-1'], service_types: ['natural_gas'] }, []],
  ])('preselects by %s (§7.1)', async (_what, entry, expected) => {
    const { form } = await openForm(app, new Browser(), link(details(entry)))
    expect(ticked(form.text)).toEqual(expected)
  })

  it('preselects the future with _include_future (§7.1.3)', async () => {
    const { form } = await openForm(
      app,
      new Browser(),
      link(details({ contract_numbers: ['C-1', '_include_future'] })),
    )
    expect(form.text).toMatch(/name="future.0" value="yes" checked/)
  })

  it('shows an error page when nothing can be preselected and the client wants that (§9.3.1)', async () => {
    const entry = { contract_numbers: ['C-9'], error_if_no_preselections: true }
    const browser = new Browser()
    const opened = await openForm(app, browser, link(details(entry)))
    expect(opened.form.text).toContain('Acme Energy')
    expect(opened.form.text).toContain('Service contracts: C-9')
    expect(opened.form.text).toContain('Sign in as somebody else')
    const back = await browser.submit(opened.decisionUrl, [
      ['csrf', opened.csrf],
      ['decision', 'no_preselections'],
    ])
    expect(errorOf(back.headers.get('location'))).toBe('no_preselections')
  })

  it('merges scopes into one section, and keeps others apart (§7.4.2)', async () => {
    const authorization_details = JSON.stringify([
      { type: 'cds_usage', merge_selection_with: 'cds_rate_plan' },
      { type: 'cds_rate_plan', merge_selection_with: 'cds_usage' },
    ])
    const scope = 'cds_usage cds_rate_plan cds_service_contracts'
    const { form } = await openForm(app, new Browser(), link({ scope, authorization_details }))
    expect(form.text.match(/<section class="request">/g)).toHaveLength(2)
  })

  it('gives each section a grant with its own selection (§9.2.1.4)', async () => {
    const { code } = await approve(app, link({ scope: 'cds_usage cds_rate_plan' }), new Browser(), [
      ['contract.0', 'contract1'],
      ['contract.1', 'contract2'],
      ['future.1', 'yes'],
    ])
    const { body } = await post(
      `${app.url}/oauth/token`,
      { grant_type: 'authorization_code', code },
      registered.consent,
    )
    const grants = await Promise.all((body.cds_grant_ids as string[]).map((id) => app.grants.find(id)))
    expect(grants.map((grant) => [grant?.scope, grant?.selection])).toEqual([
      ['cds_usage', { serviceContractIds: ['contract1'], includeFuture: false }],
      ['cds_rate_plan', { serviceContractIds: ['contract2'], includeFuture: true }],
    ])
    expect(body.scope).toBe('cds_usage cds_rate_plan')
  })

  it('shows the tools for long lists only beyond ten contracts (§9.2.3.2)', async () => {
    const few = await openForm(app, new Browser(), link())
    expect(few.form.text).not.toContain('data-search')
    const before = app.signIn.contracts
    app.signIn.contracts = Array.from({ length: 11 }, (_, index) => contract(index + 1))
    const many = await openForm(app, new Browser(), link())
    app.signIn.contracts = before
    expect(many.form.text).toContain('data-search')
    expect(many.form.text).toContain('class="entries long"')
  })
})

describe('decision, CDS-WG3-01 §9.1.1', () => {
  it('makes a pending grant with eta and nothing enabled, and begins the sync (§6)', async () => {
    const { code } = await approve(app, link())
    const { body } = await post(
      `${app.url}/oauth/token`,
      { grant_type: 'authorization_code', code },
      registered.consent,
    )
    const uri = `${app.url}/cds/v1/grants/${(body.cds_grant_ids as string[])[0]}`
    const grant = (await call(uri, { token: registered.token })).body
    expect(grant).toMatchObject({
      uri,
      status: 'pending',
      eta: '2026-06-15T12:01:00Z',
      enabled_scope: '',
      enabled_authorization_details: [],
      client_id: registered.consent.clientId,
      scope: 'cds_usage',
      states: ['s1'],
      receipt_confirmations: [expect.stringMatching(/^\d{12}$/)],
    })
    const inner = await app.grants.find(String(grant.grant_id))
    expect(app.signIn.synced).toContain(inner?.utilityAuthorizationIds[0])
  })

  it('needs at least one contract, one of the customer, and the token of the form', async () => {
    const browser = new Browser()
    const { decisionUrl, csrf } = await openForm(app, browser, link())
    const send = (...fields: [string, string][]) =>
      browser.submit(decisionUrl, [['decision', 'approve'], ...fields])
    const empty = await send(['csrf', csrf])
    expect([empty.status, empty.text.includes('Select at least one service')]).toEqual([400, true])
    expect((await send(['csrf', csrf], ['contract.0', 'contract99'])).status).toBe(400)
    expect((await send(['csrf', 'wrong'], ['contract.0', 'contract1'])).status).toBe(400)
    expect((await send(['csrf', csrf], ['contract.0', 'contract1'])).status).toBe(303)
  })

  it('sent twice makes one grant and the same code', async () => {
    const browser = new Browser()
    const { decisionUrl, csrf } = await openForm(app, browser, link({ state: 'twice' }))
    const fields: [string, string][] = [
      ['csrf', csrf],
      ['decision', 'approve'],
      ['contract.0', 'contract1'],
    ]
    const answers = await Promise.all([
      browser.submit(decisionUrl, fields),
      browser.submit(decisionUrl, fields),
    ])
    const [one, two] = answers.map(({ headers }) => headers.get('location'))
    expect(one).toContain('code=')
    expect(two).toBe(one)
    const { body } = await call(`${app.url}/cds/v1/grants?states=twice`, { token: registered.token })
    expect(body.grants).toHaveLength(1)
  })

  it('declined goes back with access_denied, and the default page confirms it (§9.3.3)', async () => {
    const browser = new Browser()
    const { decisionUrl, csrf } = await openForm(app, browser, link())
    const back = await browser.submit(decisionUrl, [
      ['csrf', csrf],
      ['decision', 'decline'],
    ])
    const location = String(back.headers.get('location'))
    expect(errorOf(location)).toBe('access_denied')
    expect((await browser.get(location)).text).toContain('You have declined')
    expect((await browser.get(`${app.url}/oauth/default-redirect/x?error=invalid_scope`)).text).toContain(
      'could not be completed',
    )
  })

  it('tells the customer when the utility does not answer, and loses nothing', async () => {
    const browser = new Browser()
    const begun = await browser.get(link())
    const consentUrl = new URL(String(begun.headers.get('location')), app.url).href
    const upstream = await browser.get(consentUrl)
    const state = new URL(String(upstream.headers.get('location'))).searchParams.get('state')
    app.signIn.isDown = true
    const down = await browser.get(`${app.url}/oauth/utility-callback?code=good&state=${state}`)
    app.signIn.isDown = false
    expect(down.status).toBe(503)
    expect((await browser.get(consentUrl)).status).toBe(303)
  })
})

describe('receipt, CDS-WG3-01 §9.4', () => {
  it('is reached through the default redirect URI, says what was approved, and nothing of the customer', async () => {
    const { browser, location, form } = await approve(app, link())
    const receiptUrl = new URL(String((await browser.get(location.href)).headers.get('location')), app.url)
    expect(form.text).toContain(receiptUrl.pathname)
    const receipt = await new Browser().get(receiptUrl.href)
    expect(receipt.status).toBe(200)
    expect(receipt.text).toMatch(/\d{12}/)
    expect(receipt.text).toContain('Acme Energy')
    expect(receipt.text).toContain('1 service.')
    expect(receipt.text).toContain('name="robots" content="noindex"')
    expect(receipt.text).not.toMatch(/C-1|A-1|Main Street/)
  })

  it('revokes without a sign-in: grant revoked, tokens dead, data to be erased', async () => {
    const { browser, location, code } = await approve(app, link())
    const path = String((await browser.get(location.href)).headers.get('location'))
    const tokens = await post(
      `${app.url}/oauth/token`,
      { grant_type: 'authorization_code', code },
      registered.consent,
    )
    const [id] = tokens.body.cds_grant_ids as string[]
    const answer = await new Browser().submit(`${app.url}${path}/revoke`, [])
    expect(answer.status).toBe(303)
    const data = await call(`${app.url}/cds/v1/accounts`, { token: String(tokens.body.access_token) })
    expect(data.status).toBe(401)
    expect((await app.grants.find(String(id)))?.status).toBe('revoked')
    expect(app.ended.map(({ grantId }) => grantId)).toContain(id)
    const page = await browser.get(`${app.url}${path}`)
    expect(page.text).toContain('Revoked by you')
    expect(page.text).not.toContain('<form')
  })
})

describe('several utilities', () => {
  it('asks which one, and signs in as somebody else on request', async () => {
    const other = await startOauthApp('consent_utilities')
    other.signIn.utilities.push({ id: 'other-gas', name: 'Other Gas', takesPassword: false, testHint: null })
    const { consent } = await register(other)
    const browser = new Browser()
    const begun = await browser.get(authorizeUrl(other, consent))
    const consentUrl = new URL(String(begun.headers.get('location')), other.url).href
    const choice = await browser.get(consentUrl)
    expect(choice.text).toContain('Other Gas')
    const upstream = await browser.get(`${consentUrl}/sign-in?utility_id=other-gas`)
    expect(upstream.headers.get('location')).toContain('utility=other-gas')
    expect((await browser.get(`${consentUrl}/sign-in?utility_id=nonsense`)).status).toBe(400)
  })
})
