import type { App, TokenAnswer } from './app.ts'
import { type Answer, type Asking, Caller, insist, RefusedError, TryAgainError } from './caller.ts'
import { readForm } from './forms.ts'
import type { Household } from './households.ts'

/** The owner of a query client links the household's account with its password, sent again until the page says yes. */
export async function selfAccess(app: App, household: Household, deadline: number): Promise<void> {
  const messages = await app.openMessages(deadline)
  const link = messages.find(({ related_uri }) => related_uri?.includes('/self-access/'))?.related_uri
  if (!link) throw new Error('no message asks to sign in')
  const { utilityId, username, password } = household
  await insist(deadline, async () => {
    const body = new URLSearchParams({ utility_id: utilityId, username, password })
    const answer = await app.caller.send(link, { method: 'POST', body })
    if (answer.status !== 200) throw new RefusedError('the self-access sign-in', answer)
  })
}

/**
 * A customer shares usage with an app: the app's link, the utility's pages, our form, and back. Where a page fails the customer follows the
 * app's link again, and where the code was lost the app asks again.
 */
export async function share(app: App, household: Household, deadline: number): Promise<TokenAnswer> {
  return insist(deadline, async () => {
    const code = await consent(app, household)
    const fields = { grant_type: 'authorization_code', code }
    try {
      return await insist(Math.min(deadline, Date.now() + CODE_MS), () =>
        app.token(app.of('cds_usage'), fields),
      )
    } catch (error) {
      // An answer was lost and the code is spent, or it has expired: the customer is asked once more.
      if (error instanceof RefusedError && error.status === 400) throw new TryAgainError('the code was lost')
      throw error
    }
  })
}

/** A code lives a minute. */
const CODE_MS = 45_000
const MOST_PAGES = 12

/** Fetches a page: with the cookies of one browser. */
export type Visit = (url: string, asking?: Asking) => Promise<Answer>

/** Goes through every page as a browser does, and gives the code. Throws TryAgainError when a page is not what it should be. */
export async function consent(
  app: App,
  { utilityId, username, password }: Household,
  visit: Visit = visitor(app),
): Promise<string> {
  const known = { username, password, decision: ['allow', 'approve'] }
  const details = [{ type: 'cds_usage', segment_start: 'infinite', segment_end: 'infinite' }]
  const parameters = {
    response_type: 'code',
    client_id: app.of('cds_usage').client_id,
    scope: 'cds_usage',
    state: 's',
    authorization_details: JSON.stringify(details),
  }
  let url = `${app.url}/oauth/authorize?${new URLSearchParams(parameters)}`
  let answer = await visit(url)
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const location = answer.headers.get('location')
    if (location !== null) {
      url = new URL(location, url).href
      const { searchParams, pathname } = new URL(url)
      if (pathname.includes('/default-redirect/')) return codeOf(searchParams)
      answer = await visit(url)
      continue
    }
    if (answer.status !== 200) throw new TryAgainError(`a page of the consent answered ${answer.status}`)
    const choice = choiceOf(answer, utilityId)
    const form = choice === undefined ? readForm(answer.text, known) : undefined
    if (choice === undefined && !form) throw new TryAgainError('a page of the consent leads nowhere')
    url = new URL(choice ?? form?.action ?? '', url).href
    answer = await visit(url, form && { method: 'POST', body: form.fields })
  }
  throw new TryAgainError('the consent goes in circles')
}

function visitor(app: App): Visit {
  const browser = new Caller(app.caller.address)
  return (url, asking) => browser.send(url, asking)
}

/** The link to the household's utility, on the page that offers several. */
function choiceOf({ text }: Answer, utilityId: string): string | undefined {
  const links = [...text.matchAll(/<a class="button choice" href="([^"]+)"/g)].map(([, href = '']) => href)
  return links.find((href) => href.includes(utilityId))?.replaceAll('&amp;', '&')
}

function codeOf(parameters: URLSearchParams): string {
  const code = parameters.get('code')
  if (code === null) throw new TryAgainError(`the consent ended with ${parameters.get('error')}`)
  return code
}
