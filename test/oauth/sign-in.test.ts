import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  AuthorizationWithdrawnError,
  NotYetError,
  SignInNeededError,
  UpstreamError,
} from '../../src/shared/errors.ts'
import { hashSecret } from '../../src/shared/seal.ts'
import { purgeOauth } from '../../src/store/purge-oauth.ts'
import {
  type Answer,
  authorizeUrl,
  Browser,
  type OauthApp,
  openForm,
  type Registered,
  register,
  startOauthApp,
} from '../support/oauth-app.ts'

let app: OauthApp
let registered: Registered
beforeAll(async () => {
  app = await startOauthApp('sign_in')
  registered = await register(app)
})
beforeEach(() => {
  app.signIn.beforeTokens = () => {}
  app.signIn.beforeCustomer = () => {}
  app.signIn.finished.length = 0
})

/** A request that the customer has gone to the utility for, in so many tabs. */
async function atUtility(tabs = 1) {
  const browser = new Browser()
  const begun = await browser.get(authorizeUrl(app, registered.consent))
  const consentUrl = new URL(String(begun.headers.get('location')), app.url).href
  const callbacks: string[] = []
  for (let tab = 0; tab < tabs; tab++) callbacks.push(callbackOf(await browser.get(consentUrl)))
  return { browser, consentUrl, callbacks, callback: String(callbacks[0]) }
}

function callbackOf(toUtility: Answer): string {
  const state = new URL(String(toUtility.headers.get('location'))).searchParams.get('state')
  return `${app.url}/oauth/utility-callback?state=${state}`
}

async function signedInTo(consentUrl: string) {
  const asked = await app.requests.find(String(new URL(consentUrl).pathname.split('/').at(-1)))
  return asked?.utilityAuthorizationId
}

const locationOf = ({ headers }: Answer) => new URL(String(headers.get('location')), app.url).href
const isForm = (answer: Answer) => answer.status === 200 && answer.text.includes('name="csrf"')
const errorOf = (answer: Answer) => new URL(locationOf(answer)).searchParams.get('error')

describe("the utility's callback", () => {
  it('loaded twice at once exchanges the code once, and both lead to the form', async () => {
    const { browser, consentUrl, callback } = await atUtility()
    app.signIn.beforeTokens = () => wait(100)
    const both = await Promise.all([
      browser.get(`${callback}&code=good`),
      browser.get(`${callback}&code=good`),
    ])
    expect(both.map((answer) => [answer.status, locationOf(answer)])).toEqual([
      [303, consentUrl],
      [303, consentUrl],
    ])
    expect(app.signIn.finished).toEqual(['good'])
    expect(isForm(await browser.get(consentUrl))).toBe(true)
  })

  it('shows who comes second a page that goes on by itself, until the first is through', async () => {
    const { browser, consentUrl, callback } = await atUtility()
    let go = () => {}
    app.signIn.beforeTokens = () =>
      new Promise<void>((resolve) => {
        go = resolve
      })
    const first = browser.get(`${callback}&code=good`)
    while (app.signIn.finished.length === 0) await wait(5)
    expect(locationOf(await browser.get(`${callback}&code=good`))).toBe(consentUrl)
    const moment = await browser.get(consentUrl)
    expect([moment.status, moment.headers.get('refresh')]).toEqual([
      202,
      `2; url=${new URL(consentUrl).pathname}`,
    ])
    expect(moment.text).toContain('Your sign-in is being completed')
    go()
    await first
    expect(isForm(await browser.get(consentUrl))).toBe(true)
  })

  it('reloaded leads to the form again, with and without the code', async () => {
    const { browser, consentUrl, callback } = await atUtility()
    await browser.get(`${callback}&code=good`)
    for (const query of ['code=good', 'code=used', 'error=access_denied']) {
      expect(locationOf(await browser.get(`${callback}&${query}`))).toBe(consentUrl)
    }
    expect(app.signIn.finished).toEqual(['good'])
    expect(isForm(await browser.get(consentUrl))).toBe(true)
  })

  it.each([
    ['in the order of the tabs', [0, 1]],
    ['in the other order', [1, 0]],
  ])('of two tabs leads to one form, %s', async (_, order) => {
    const { browser, consentUrl, callbacks } = await atUtility(2)
    for (const tab of order) {
      expect(locationOf(await browser.get(`${callbacks[tab]}&code=good`))).toBe(consentUrl)
    }
    expect(app.signIn.finished).toEqual(['good'])
    expect(isForm(await browser.get(consentUrl))).toBe(true)
  })

  it('of two tabs at the same time leads both to one form', async () => {
    const { browser, consentUrl, callbacks } = await atUtility(2)
    app.signIn.beforeTokens = () => wait(50)
    const before = app.signIn.givenUp.length
    await Promise.all(callbacks.map((callback) => browser.get(`${callback}&code=good`)))
    expect(isForm(await browser.get(consentUrl))).toBe(true)
    // Of the two authorizations, nobody will use the one that came second.
    expect([app.signIn.finished.length, app.signIn.givenUp.length - before]).toEqual([2, 1])
    expect(app.signIn.givenUp).not.toContain(await signedInTo(consentUrl))
  })

  it('that says no declines only where nobody has signed in and nobody is about to', async () => {
    const { browser, consentUrl, callbacks } = await atUtility(3)
    app.signIn.beforeTokens = () => wait(100)
    const signing = browser.get(`${callbacks[0]}&code=good`)
    while (app.signIn.finished.length === 0) await wait(5)
    expect(locationOf(await browser.get(`${callbacks[1]}&error=access_denied`))).toBe(consentUrl)
    await signing
    expect(locationOf(await browser.get(`${callbacks[2]}&error=access_denied`))).toBe(consentUrl)
    const alone = await atUtility()
    expect(errorOf(await alone.browser.get(`${alone.callback}&error=access_denied`))).toBe('access_denied')
    const again = await alone.browser.get(`${alone.callback}&error=access_denied`)
    expect([again.status, again.text.includes('answered this request already')]).toEqual([400, true])
  })

  it('of a newer sign-in that the customer asked for counts', async () => {
    const { browser, consentUrl, callback } = await atUtility()
    await browser.get(`${callback}&code=good`)
    const second = callbackOf(await browser.get(`${consentUrl}/sign-in?utility_id=test-power`))
    await browser.get(`${second}&code=good`)
    expect(app.signIn.finished).toEqual(['good', 'good'])
    expect(isForm(await browser.get(consentUrl))).toBe(true)
  })

  it('given up for another sign-in makes no grant, though its form is still open in a tab', async () => {
    const browser = new Browser()
    const opened = await openForm(app, browser, authorizeUrl(app, registered.consent))
    const first = await signedInTo(opened.consentUrl)
    const loaded = app.signIn.beforeCustomer
    // The customer signs in as somebody else while the approval is on its way.
    app.signIn.beforeCustomer = async () => {
      app.signIn.beforeCustomer = loaded
      const second = callbackOf(await browser.get(`${opened.consentUrl}/sign-in?utility_id=test-power`))
      await browser.get(`${second}&code=good`)
    }
    const fields: [string, string][] = [
      ['csrf', opened.csrf],
      ['decision', 'approve'],
      ['contract.0', 'contract1'],
    ]
    expect((await browser.submit(opened.decisionUrl, fields)).status).toBe(400)
    expect(app.signIn.givenUp).toContain(first)
    const grants = await app.grants.listByUtilityAuthorizations([first!], ['pending'])
    expect(grants).toEqual([])
    expect(isForm(await browser.get(opened.consentUrl))).toBe(true)
  })

  it('after the approval sends the customer back to the client again, with the same code', async () => {
    const browser = new Browser()
    const opened = await openForm(app, browser, authorizeUrl(app, registered.consent))
    const approved = await browser.submit(opened.decisionUrl, [
      ['csrf', opened.csrf],
      ['decision', 'approve'],
      ['contract.0', 'contract1'],
    ])
    const again = await browser.get(`${app.url}/oauth/utility-callback?code=good&state=${opened.state}`)
    expect(locationOf(approved)).toContain('code=')
    expect(locationOf(again)).toBe(locationOf(approved))
  })

  it('whose exchange fails offers to try again, and the next sign-in works', async () => {
    const { browser, consentUrl, callback } = await atUtility()
    app.signIn.beforeTokens = () => {
      throw new UpstreamError('no tokens', { utilityId: 'test-power' })
    }
    const failed = await browser.get(`${callback}&code=good`)
    expect([failed.status, failed.text.includes(`href="${new URL(consentUrl).pathname}"`)]).toEqual([
      503,
      true,
    ])
    app.signIn.beforeTokens = () => {}
    const second = callbackOf(await browser.get(consentUrl))
    await browser.get(`${second}&code=good`)
    expect(isForm(await browser.get(consentUrl))).toBe(true)
  })

  it('whose process was killed gives the choice back after a minute', async () => {
    const { browser, consentUrl, callback } = await atUtility()
    const state = new URL(callback).searchParams.get('state')
    // What a killed process leaves: a sign-in that was used and never ended.
    await app.requests.useSignIn(hashSecret(String(state)), app.clock.now())
    expect((await browser.get(consentUrl)).status).toBe(202)
    app.clock.advance(60_001)
    const toUtility = await browser.get(consentUrl)
    app.clock.advance(-60_001)
    expect([toUtility.status, locationOf(toUtility)]).toEqual([303, expect.stringContaining('utility.test')])
  })

  it('belongs to the browser that began, and uses nothing up in another', async () => {
    const { browser, consentUrl, callback } = await atUtility()
    expect((await new Browser().get(`${callback}&code=good`)).status).toBe(400)
    await browser.get(`${callback}&code=good`)
    expect(isForm(await browser.get(consentUrl))).toBe(true)
  })

  it('leaves nothing behind: sign-ins go with their request', async () => {
    await atUtility(2)
    await purgeOauth(app.database, new Date(app.clock.now().getTime() + 30 * 86_400_000))
    expect(await app.database.selectFrom('sign_ins').selectAll().execute()).toEqual([])
  })
})

describe('a no on the form', () => {
  const declined = async () => {
    const browser = new Browser()
    const opened = await openForm(app, browser, authorizeUrl(app, registered.consent))
    const id = await signedInTo(opened.consentUrl)
    const fields: [string, string][] = [
      ['csrf', opened.csrf],
      ['decision', 'decline'],
    ]
    return { id, answer: await browser.submit(opened.decisionUrl, fields) }
  }

  it('gives the authorization at the utility up', async () => {
    const { id, answer } = await declined()
    expect([errorOf(answer), app.signIn.givenUp.at(-1)]).toEqual(['access_denied', id])
  })

  it('is a no even where that fails', async () => {
    const { giveUp } = app.signIn
    app.signIn.giveUp = () => Promise.reject(new Error('the database is away'))
    const { answer } = await declined()
    app.signIn.giveUp = giveUp
    expect([answer.status, errorOf(answer)]).toEqual([303, 'access_denied'])
  })
})

describe("what a utility answers for the customer's feed is a page with words", () => {
  const load = async (error: Error) => {
    const { browser, consentUrl, callback } = await atUtility()
    await browser.get(`${callback}&code=good`)
    app.signIn.beforeCustomer = () => {
      throw error
    }
    return { path: new URL(consentUrl).pathname, browser, consentUrl, answer: await browser.get(consentUrl) }
  }

  it.each([
    [500, 2],
    [7_000, 7],
    [3_600_000, 30],
  ])('202 with %i ms is asked again after %i s, without a script', async (retryAfterMs, seconds) => {
    const { answer, path } = await load(new NotYetError(retryAfterMs))
    expect([answer.status, answer.headers.get('refresh')]).toEqual([202, `${seconds}; url=${path}`])
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.text).toContain('still preparing your data')
    expect(answer.text).toContain(`href="${path}"`)
  })

  it('a fault of the utility has a way to try again', async () => {
    const { answer, path } = await load(new UpstreamError('not a feed: no', { utilityId: 'test-power' }))
    expect([answer.status, answer.text.includes('not answering as it should')]).toEqual([503, true])
    expect(answer.text).toContain(`href="${path}"`)
  })

  it.each([new AuthorizationWithdrawnError('gone'), new SignInNeededError('lost')])(
    '%s leads to a new sign-in for the same request',
    async (error) => {
      const { answer, path, browser, consentUrl } = await load(error)
      expect([answer.status, answer.text.includes('Please sign in again')]).toEqual([409, true])
      expect(answer.text).toContain(`href="${path}/sign-in"`)
      app.signIn.beforeCustomer = () => {}
      const again = callbackOf(await browser.get(`${app.url}${path}/sign-in`))
      await browser.get(`${again}&code=good`)
      expect(isForm(await browser.get(consentUrl))).toBe(true)
    },
  )

  it('a fault of ours says nothing of itself', async () => {
    const { answer } = await load(new Error('the inner secret'))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8'])
    expect(answer.text).toContain('Something went wrong on our side')
    expect(answer.text).not.toContain('inner secret')
  })
})
