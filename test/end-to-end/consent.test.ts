import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Decimal } from '../../src/shared/decimal.ts'
import { CdsClient, totals } from '../support/cds-client.ts'
import { chromiumProgram, launchBrowser } from '../support/chromium.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { freePort, startGateway, type TestGateway } from '../support/gateway.ts'
import { generatedBills } from '../support/generated-bills.ts'
import { generatedTotals } from '../support/generated-totals.ts'
import { freshDatabase } from '../support/postgres.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

const available = chromiumProgram() !== undefined
const [postgres] = QUEUE_BACKENDS

/** Set it to a folder to look at every page of the way. */
const SCREENSHOTS = process.env.GBCDS_SCREENSHOTS

describe.skipIf(!available)('consent in the browser', () => {
  let test: TestGateway
  let client: CdsClient
  let browser: Browser
  let redirectUri: string
  const arrivals: URL[] = []

  beforeAll(async () => {
    const { database } = await freshDatabase('consent')
    test = await startGateway({ database, queue: await postgres!.open() })
    client = await CdsClient.register(
      test.url,
      'cds_client_admin cds_grant_admin cds_usage cds_rate_plan cds_service_contracts cds_bill_statements cds_service_bills',
    )
    browser = await launchBrowser()
    const port = await freePort()
    redirectUri = `http://127.0.0.1:${port}/landed`
    const landing = createServer((request, response) => {
      arrivals.push(new URL(request.url ?? '', redirectUri))
      response.end('back at the client')
    })
    await new Promise<void>((resolve) => landing.listen(port, '127.0.0.1', resolve))
    afterThisFile(() => new Promise((resolve) => landing.close(resolve)))
    const consent = client.of('cds_usage')
    const changed = await fetch(`${test.url}/cds/v1/clients/${consent.client_id}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${client.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...consent,
        secret: undefined,
        redirect_uris: [redirectUri],
        cds_default_redirect_uri: redirectUri,
      }),
    })
    expect(await changed.json()).toMatchObject({ redirect_uris: [redirectUri] })
  })
  afterAll(async () => {
    await browser?.close()
  })

  async function look(page: Page, name: string): Promise<void> {
    if (!SCREENSHOTS) return
    mkdirSync(SCREENSHOTS, { recursive: true })
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${width}.png`), fullPage: true })
    }
  }

  /** Goes through the utility's own pages as one of its customers. */
  async function signIn(page: Page, link: string, utility: string, username: string): Promise<void> {
    page.setDefaultTimeout(8000)
    await page.goto(link)
    await look(page, 'choose-utility')
    await page.getByRole('link', { name: utility }).click()
    await look(page, 'utility-login')
    await page.getByLabel(/user/i).fill(username)
    await page.getByLabel(/password/i).fill(`${username}-pass`)
    await page.getByRole('button', { name: /sign in|log in/i }).click()
    for (const meter of await page.locator('input[name=usage_point]').all()) await meter.check()
    await look(page, 'utility-scope')
    await page.getByRole('button', { name: /share|authorize|allow|approve/i }).click()
    await page.waitForURL(`${test.url}/oauth/consent/**`)
  }

  function authorizeUrl(scope: string, details?: object[]): { url: string; verifier: string } {
    const verifier = randomBytes(32).toString('base64url')
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: client.of('cds_usage').client_id,
      redirect_uri: redirectUri,
      state: 'my-state',
      scope,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(details ? { authorization_details: JSON.stringify(details) } : {}),
    })
    return { url: `${test.url}/oauth/authorize?${parameters}`, verifier }
  }

  it.each([
    ['sandbox-openespi', 'Sandbox Power'],
    ['sandbox-utilityapi', 'Sandbox Energy'],
  ])(
    'the solar house at %s: login there, our form, code with PKCE, usage with negative reverse flow (WG3-01 §9, §10.8.5.1.2)',
    async (_id, utility) => {
      const page = await browser.newPage()
      const details = [
        {
          type: 'cds_usage',
          segment_start: 'infinite',
          segment_end: 'infinite',
          include_meter_devices: true,
        },
      ]
      const { url, verifier } = authorizeUrl('cds_usage', details)
      await signIn(page, url, utility, 'solar')
      await look(page, 'our-form')
      expect(await page.textContent('body')).toContain('Test App')
      const boxes = page.locator('input[type=checkbox][name^=contract]')
      for (const box of await boxes.all()) await box.check()
      arrivals.length = 0
      await page.getByRole('button', { name: /approve/i }).click()
      await page.waitForURL(`${redirectUri}**`)
      await page.close()
      const code = arrivals[0]?.searchParams.get('code') ?? ''
      expect(arrivals[0]?.searchParams.get('state')).toBe('my-state')

      const consent = client.of('cds_usage')
      const exchange = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }
      const wrong = await client.token(consent.client_id, consent.secret, {
        ...exchange,
        code_verifier: 'x'.repeat(43),
      })
      expect(wrong).toMatchObject({ status: 400, error: 'invalid_grant' })
      const token = await client.token(consent.client_id, consent.secret, exchange)
      expect(token).toMatchObject({ status: 200, token_type: 'Bearer', scope: 'cds_usage' })
      const grant = await client.settled(token.cds_grant_ids[0])
      expect(['active', 'partial']).toContain(grant.status)
      expect(grant.receipt_confirmations).toHaveLength(1)

      const segments = await client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)
      const found = totals(segments)
      const expected = generatedTotals(test.sandbox.territory(), 'solar')
      for (const [key, sum] of Object.entries(expected)) {
        expect([key, Decimal.parse(found[key] ?? '0')!.minus(Decimal.parse(sum)!).coefficient]).toEqual([
          key,
          0n,
        ])
      }
      expect(found['electric_usage reverse kWh']).toMatch(/^-\d/)
      const refreshed = await client.token(consent.client_id, consent.secret, {
        grant_type: 'refresh_token',
        refresh_token: token.refresh_token,
      })
      expect(refreshed.status).toBe(200)
    },
    120_000,
  )

  it.each([
    ['sandbox-openespi', 'Sandbox Power'],
    ['sandbox-utilityapi', 'Sandbox Energy'],
  ])(
    'bills alone, without usage, from a day on, at %s (WG3-01 §6.1.7, §6.1.8, §7.3.2, §7.3.4)',
    async (_id, utility) => {
      const expected = generatedBills(test.sandbox.territory(), 'house')
      const from = expected.statements.at(-4)!.date
      const { url, verifier } = authorizeUrl('cds_bill_statements cds_service_bills', [
        {
          type: 'cds_bill_statements',
          include_bill_statement_charges: true,
          statement_date_start: from,
          merge_selection_with: 'cds_service_bills',
        },
        {
          type: 'cds_service_bills',
          include_bill_section_line_items: true,
          start_date: from,
          merge_selection_with: 'cds_bill_statements',
        },
      ])
      const page = await browser.newPage()
      await signIn(page, url, utility, 'house')
      await look(page, `our-form-bills-${_id}`)
      const text = (await page.textContent('body')) ?? ''
      for (const said of ['Your bills: what you have to pay', 'Every single line', 'Bills from'])
        expect(text).toContain(said)
      const boxes = page.locator('input[type=checkbox][name^=contract]')
      for (const box of await boxes.all()) await box.check()
      arrivals.length = 0
      await page.getByRole('button', { name: /approve/i }).click()
      await page.waitForURL(`${redirectUri}**`)
      await page.close()
      const consent = client.of('cds_usage')
      const token = await client.token(consent.client_id, consent.secret, {
        grant_type: 'authorization_code',
        code: arrivals[0]?.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      })
      for (const id of token.cds_grant_ids) expect((await client.settled(id)).status).toBe('active')
      const statements = await client.all('bill_statements', '/cds/v1/bill-statements', token.access_token)
      expect(statements.map(({ statement_date }) => statement_date).toReversed()).toEqual(
        expected.statements.slice(-4).map(({ date }) => date),
      )
      const sections = await client.all('bill_sections', '/cds/v1/bill-sections', token.access_token)
      expect(sections.map(({ start_date }) => start_date)).toEqual(
        expected.sections.filter(({ start_date }) => start_date >= from).map(({ start_date }) => start_date),
      )
      expect(sections[0]).toHaveProperty('line_items')
      expect(await client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)).toEqual([])
    },
    120_000,
  )

  it('a customer who declines goes back with access_denied (§9.1.1)', async () => {
    const page = await browser.newPage()
    await signIn(page, authorizeUrl('cds_service_contracts').url, 'Sandbox Power', 'house')
    arrivals.length = 0
    await page.getByRole('button', { name: /decline/i }).click()
    await page.waitForURL(`${redirectUri}**`)
    await page.close()
    expect(arrivals[0]?.searchParams.get('error')).toBe('access_denied')
  }, 60_000)

  it('shows the contracts of a business with numbers, types and addresses, and shares the chosen ones only (§9.2.3.2)', async () => {
    const page = await browser.newPage()
    const { url, verifier } = authorizeUrl('cds_rate_plan cds_service_contracts')
    await signIn(page, url, 'Sandbox Power', 'business')
    await look(page, 'our-form-business')
    const text = (await page.textContent('body')) ?? ''
    for (const part of ['00545600-1', '03100511', 'Demonstration Boulevard', 'lectric'])
      expect(text).toContain(part)
    const gas = page.locator('input[type=checkbox][name^=contract]').first()
    await gas.check()
    const others = page.locator('section.request').nth(1).locator('input[type=checkbox][name^=contract]')
    if (await others.count()) await others.first().check()
    arrivals.length = 0
    await page.getByRole('button', { name: /approve/i }).click()
    await page.waitForURL(`${redirectUri}**`)
    await page.close()
    const consent = client.of('cds_usage')
    const token = await client.token(consent.client_id, consent.secret, {
      grant_type: 'authorization_code',
      code: arrivals[0]?.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    })
    for (const id of token.cds_grant_ids) expect((await client.settled(id)).status).toBe('active')
    const contracts = await client.all('service_contracts', '/cds/v1/service-contracts', token.access_token)
    expect(contracts).toHaveLength(1)
    expect(contracts[0]).toHaveProperty('rateplan_code')
    expect(contracts[0]).not.toHaveProperty('contract_address')
    const empty = await client.all('usage_segments', '/cds/v1/usage-segments', token.access_token)
    expect(empty).toEqual([])
  }, 60_000)
})
