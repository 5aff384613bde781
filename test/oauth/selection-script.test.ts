import type { Browser as Chromium, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumProgram, launchBrowser } from '../support/chromium.ts'
import { authorizeUrl, contract, type OauthApp, register, startOauthApp } from '../support/oauth-app.ts'

describe.skipIf(!chromiumProgram())('long lists in the browser, CDS-WG3-01 §9.2.3.2', () => {
  let app: OauthApp
  let chromiumProcess: Chromium
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    app = await startOauthApp('selection')
    app.signIn.contracts = Array.from({ length: 24 }, (_, index) => contract(index + 1))
    app.signIn.start = async ({ state }) =>
      new URL(`${app.url}/oauth/utility-callback?code=good&state=${state}`)
    chromiumProcess = await launchBrowser()
    page = await chromiumProcess.newPage({ viewport: { width: 390, height: 844 } })
    page.on('pageerror', ({ message }) => faults.push(message))
    page.on(
      'console',
      (message) => /Content Security Policy/.test(message.text()) && faults.push(message.text()),
    )
    const { consent } = await register(app)
    await page.goto(authorizeUrl(app, consent))
  })
  afterAll(() => chromiumProcess?.close())

  const visible = () => page.locator('[data-entry]:visible').count()
  const count = () => page.textContent('[data-count]')

  it('searches by number and address, counts, and hides what is not selected', async () => {
    expect(await count()).toBe('0 of 24 selected')
    await page.fill('[data-search]', 'c-24')
    expect(await visible()).toBe(1)
    await page.click('[data-all]')
    expect(await count()).toBe('1 of 24 selected')
    await page.fill('[data-search]', '')
    expect(await visible()).toBe(24)
    await page.check('[data-hide]')
    expect(await visible()).toBe(1)
    await page.uncheck('[data-hide]')
    await page.click('[data-all]')
    expect(await count()).toBe('24 of 24 selected')
    await page.click('[data-none]')
    expect(await count()).toBe('0 of 24 selected')
  })

  it('does not send the form with Enter in the search, and fits the width of a phone', async () => {
    await page.press('[data-search]', 'Enter')
    expect(await page.locator('[data-search]').count()).toBe(1)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })

  it('sends the customer on after approval, which the policy allows', async () => {
    await page.click('[data-all]')
    await page.click('button[value=approve]')
    await page.waitForURL(/\/receipts\//)
    expect(await page.textContent('main')).toContain('24 services.')
    await page.click('button.danger')
    await page.getByText('Revoked by you').waitFor()
    expect(faults).toEqual([])
  })
})
