import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts'
import { chromiumProgram, launchBrowser } from '../support/chromium.ts'
import { startTestSandbox } from './support.ts'

const shots = process.env.SANDBOX_SCREENSHOTS

describe.skipIf(!chromiumProgram())('the pages of the sandbox in a browser without JavaScript', () => {
  let browser: Browser
  let sandbox: Sandbox
  const thirdParty = createServer((_request, response) => response.end('back at the third party'))

  beforeAll(async () => {
    await new Promise<void>((resolve) => thirdParty.listen(0, '127.0.0.1', resolve))
    const { port } = thirdParty.address() as AddressInfo
    const redirectUris = [`http://127.0.0.1:${port}/callback`]
    const client = { clientId: 'tp', clientSecret: 's', redirectUris, name: 'Test Third Party' }
    sandbox = await startTestSandbox({
      clients: [
        { ...client, dialect: 'openespi' },
        { ...client, dialect: 'utilityapi' },
      ],
    })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.close()
    thirdParty.close()
  })

  it.each([390, 1280])(
    'lead from sign-in to a code at %i pixels, and never scroll sideways',
    async (width) => {
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 900 } })
      const page = await context.newPage()
      const look = async (name: string) => {
        const sideways = await page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth)
        expect(sideways, `${name} scrolls sideways`).toBe(false)
        if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true })
      }
      const { port } = thirdParty.address() as AddressInfo
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: 'tp',
        redirect_uri: `http://127.0.0.1:${port}/callback`,
        scope: 'FB=4_16_51;HistoryLength=34128000',
        state: 's',
      })

      await page.goto(sandbox.url)
      await look('front')
      await page.goto(`${sandbox.url}/DataCustodian/sandbox/oauth/authorize?${query}`)
      await look('login')
      await page.fill('[name=username]', 'business')
      await page.fill('[name=password]', 'wrong')
      await page.click('button')
      await look('login-failed')
      expect(await page.locator('[role=alert]').textContent()).toBe('The username or password is wrong.')
      await page.fill('[name=username]', 'business')
      await page.fill('[name=password]', 'business-pass')
      await page.click('button')
      await look('approval')
      expect(await page.locator('[name=usage_point]').count()).toBe(5)
      expect(await page.locator('[name=usage_point]:checked').count()).toBe(0)
      await page.locator('[name=usage_point]').nth(1).check()
      await page.click('button[value=allow]')

      const back = new URL(page.url())
      expect(back.pathname).toBe('/callback')
      expect(back.searchParams.get('state')).toBe('s')
      expect(back.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
      expect(sandbox.authorizations.all().at(-1)).toMatchObject({
        username: 'business',
        usagePointIds: ['73100512'],
      })
      await page.goto(
        `${sandbox.url}/openespi/oauth/authorize?client_id=nobody&redirect_uri=http://x.example/`,
      )
      await look('wrong-link')
      await context.close()
    },
  )
})
