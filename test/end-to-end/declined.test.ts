import { beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { unusedAuthorizations } from '../../src/store/unused-authorizations.ts'
import { ERASED_AFTER_MS } from '../../src/sync/daily-round.ts'
import { eraseUnused } from '../../src/sync/erase-unused.ts'
import { CdsClient } from '../support/cds-client.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { Browser } from '../support/oauth-app.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { postgresBackendIn } from '../support/queue-backends.ts'
import { fixture } from '../support/sync-deps.ts'
import { json, utilityServer } from '../upstream/utility-server.ts'

const UTILITY = 'sandbox-openespi'
/** What says that somebody was here and said no; nothing of what the utility told. */
const OF_THE_REQUEST = ['authorization_requests', 'sign_ins', 'utility_authorizations']

describe('what was fetched before the customer approves', async () => {
  const utility = await utilityServer()
  const customerFeed = await fixture('solar-customer.xml')
  let fresh: FreshDatabase
  let test: TestGateway
  let client: CdsClient
  let given = 0

  beforeAll(async () => {
    fresh = await freshDatabase('declined')
    const env = { SANDBOX_URL: utility.url, UTILITIES: UTILITY }
    test = await startGateway({ ...fresh, queue: await postgresBackendIn(fresh), work: false, env })
    client = await CdsClient.register(test.url, 'cds_client_admin cds_usage')
    utility.answer = (response, request) => {
      if (request.path.endsWith('/oauth/token')) {
        tokens(response, request)
        return
      }
      const isCustomer = request.path === '/customer'
      response.writeHead(isCustomer ? 200 : 204, { 'content-type': 'application/atom+xml' })
      response.end(isCustomer ? customerFeed : '')
    }
  })

  const tokens: typeof utility.answer = (response, request) =>
    json(200, {
      access_token: `at-${++given}`,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: `rt-${given}`,
      scope: 'FB=4_5_46;HistoryLength=63072000',
      resourceURI: `${utility.url}/Batch/Subscription/7`,
      customerResourceURI: `${utility.url}/customer`,
    })(response, request)

  /** How many rows each table has. */
  async function counts(): Promise<Record<string, number>> {
    const { rows } = await fresh.pool.query<{ name: string; count: number }>(
      `select relname as name, (xpath('/row/c/text()', query_to_xml('select count(*) as c from ' || quote_ident(relname), false, true, '')))[1]::text::int as count
       from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not in ('rate_limits', 'unused_candidates')
       order by 1`,
    )
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
  }
  const differing = (a: Record<string, number>, b: Record<string, number>) =>
    Object.keys(b).filter((table) => a[table] !== b[table])

  /** From the client's link to the form, which lists what was fetched. */
  async function openForm() {
    const browser = new Browser()
    const { client_id } = client.of('cds_usage')
    const query = new URLSearchParams({ response_type: 'code', client_id, scope: 'cds_usage' })
    const begun = await browser.get(`${test.url}/oauth/authorize?${query}`)
    const consentUrl = String(begun.headers.get('location'))
    const requestId = String(consentUrl.split('/').at(-1))
    return { browser, consentUrl, requestId, ...(await signIn(browser, consentUrl, consentUrl)) }
  }

  async function signIn(browser: Browser, consentUrl: string, from: string) {
    const toUtility = await browser.get(from)
    const state = new URL(String(toUtility.headers.get('location'))).searchParams.get('state')
    await browser.get(`${test.url}/oauth/utility-callback?code=c&state=${state}`)
    const form = await browser.get(consentUrl)
    const csrf = /name="csrf" value="([^"]+)"/.exec(form.text)?.[1] ?? ''
    const contracts = [...form.text.matchAll(/name="(contract\.\d+)" value="([^"]+)"/g)]
    expect([form.status, contracts.length > 0], form.text).toEqual([200, true])
    const asked = await test.gateway.stores.requests.find(String(consentUrl.split('/').at(-1)))
    const id = asked?.utilityAuthorizationId as UtilityAuthorizationId
    return { csrf, contracts, id }
  }

  type Form = Awaited<ReturnType<typeof openForm>>
  const decide = ({ browser, consentUrl, csrf, contracts }: Form, decision: string) =>
    browser.submit(`${consentUrl}/decision`, [
      ['csrf', csrf],
      ['decision', decision],
      ...contracts.map(([, name = '', value = '']): [string, string] => [name, value]),
    ])
  const errorOf = (answer: Awaited<ReturnType<typeof decide>>) =>
    new URL(String(answer.headers.get('location'))).searchParams.get('error')

  it('is gone with the tokens when the customer declines', async () => {
    const before = await counts()
    const form = await openForm()
    const meanwhile = differing(before, await counts())
    expect(meanwhile).toEqual(expect.arrayContaining(['espi_context', 'sync_runs', 'raw_feeds']))
    expect(errorOf(await decide(form, 'decline'))).toBe('access_denied')
    expect(differing(before, await counts())).toEqual(OF_THE_REQUEST)
    expect(await test.gateway.stores.authorizations.findTokens(form.id)).toMatchObject({
      status: 'withdrawn',
      tokens: undefined,
    })
  })

  it('is gone when the customer signs in as somebody else, and what they told stays', async () => {
    const before = await counts()
    const first = await openForm()
    const once = await counts()
    const second = await signIn(first.browser, first.consentUrl, `${first.consentUrl}/sign-in`)
    expect(second.id).not.toBe(first.id)
    expect(differing(once, await counts())).toEqual(['sign_ins', 'utility_authorizations'])
    expect(errorOf(await decide({ ...first, ...second }, 'decline'))).toBe('access_denied')
    expect(differing(before, await counts())).toEqual(OF_THE_REQUEST)
  })

  it('takes nothing from a grant that the same customer has given before', async () => {
    const granted = await openForm()
    expect(errorOf(await decide(granted, 'approve'))).toBeNull()
    const before = await counts()
    await decide(await openForm(), 'decline')
    expect(differing(before, await counts())).toEqual(OF_THE_REQUEST)
    const { stores } = test.gateway
    expect(await stores.authorizations.find(granted.id)).toMatchObject({ status: 'active' })
    expect(await stores.use.isUnused(granted.id)).toBe(false)
  })

  it.each([
    ['before anything was given up', async () => {}],
    ['after the tokens were forgotten', (id: UtilityAuthorizationId) => forget(id)],
  ])('goes within the daily round where the process ended %s', async (_when, done) => {
    const before = await counts()
    const { id, requestId } = await openForm()
    const { stores } = test.gateway
    // What a killed process leaves.
    expect(await stores.requests.decline(requestId)).toBe(id)
    await done(id)
    expect(differing(before, await counts())).toContain('espi_context')
    const tomorrow = fixedClock(new Date(Date.now() + ERASED_AFTER_MS + 60_000).toISOString())
    const unused = unusedAuthorizations(fresh.database, tomorrow)
    expect(await unused.listUnused(UTILITY, ERASED_AFTER_MS)).toContain(id)
    const deps = { store: stores.sync, withdrawAuthorization: forget, log: silentLogger }
    await eraseUnused(id, { ...deps, unused })
    expect(differing(before, await counts())).toEqual(OF_THE_REQUEST)
  })

  const forget = (id: UtilityAuthorizationId) => test.gateway.stores.authorizations.withdraw(id, new Date())
})
