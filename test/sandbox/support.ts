import { OPENESPI, UTILITYAPI } from '../../src/sandbox/dialect.ts'
import type { SandboxOptions } from '../../src/sandbox/options.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts'
import { fixedClock } from '../../src/shared/clock.ts'
import { silentLogger } from '../../src/shared/logger.ts'

export const NOW = '2026-11-21T12:00:00Z'
export const REDIRECT_URI = 'http://127.0.0.1:9/callback'
export const DIALECTS = { openespi: OPENESPI, utilityapi: UTILITYAPI }
export type DialectName = keyof typeof DIALECTS

/** A sandbox with one client a dialect, `tp-openespi` and `tp-utilityapi`, at a fixed time. */
export async function startTestSandbox(
  changes: Partial<SandboxOptions> = {},
): Promise<Sandbox & { clock: ReturnType<typeof fixedClock> }> {
  const clock = fixedClock(NOW)
  const clients = (['openespi', 'utilityapi'] as const).map((dialect) => ({
    clientId: `tp-${dialect}`,
    clientSecret: 'a secret: with+signs',
    redirectUris: [REDIRECT_URI],
    dialect,
    name: 'Test Third Party',
  }))
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    seed: 'test',
    clock,
    timezone: 'America/New_York',
    clients,
    log: silentLogger,
    ...changes,
  })
  return { ...sandbox, clock }
}

export interface Tokens {
  token_type: string
  access_token: string
  refresh_token: string
  expires_in: number
  scope: string
  resourceURI: string
  authorizationURI: string
  customerResourceURI: string
}

export function basic(dialect: DialectName, secret = 'a secret: with+signs'): string {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  return `Basic ${btoa(`tp-${dialect}:${encode(secret)}`)}`
}

/** A token request, authenticated as the dialect's client. */
export function requestToken(
  sandbox: Pick<Sandbox, 'url'>,
  dialect: DialectName,
  form: Record<string, string>,
): Promise<Response> {
  return fetch(`${sandbox.url}${DIALECTS[dialect].oauthPath}/token`, {
    method: 'POST',
    headers: { authorization: basic(dialect) },
    body: new URLSearchParams(form),
  })
}

/** Tokens of a customer by the password grant. */
export async function tokensOf(
  sandbox: Pick<Sandbox, 'url'>,
  dialect: DialectName,
  username: string,
  { scope = 'FB=4_16_46;HistoryLength=63072000', password = `${username}-pass` } = {},
): Promise<Tokens> {
  const response = await requestToken(sandbox, dialect, { grant_type: 'password', username, password, scope })
  if (!response.ok) throw new Error(`token request: ${response.status} ${await response.text()}`)
  return (await response.json()) as Tokens
}

export function get(url: string, token: string): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${token}` } })
}

/** The text of every element of this name, in document order. */
export function textsOf(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`, 'g'))
  return [...found].map(([, text]) => text!)
}

/** Goes through the pages without a browser: signs in, allows all, and gives the redirect. */
export async function authorizeByForm(
  sandbox: Pick<Sandbox, 'url'>,
  dialect: DialectName,
  choice: { username?: string; scope?: string; decision?: string; fields?: [string, string][] } = {},
): Promise<{ location: URL | undefined; status: number }> {
  const { username = 'house', scope = 'FB=4_16_46', decision = 'allow', fields } = choice
  const path = `${sandbox.url}${DIALECTS[dialect].oauthPath}`
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: `tp-${dialect}`,
    redirect_uri: REDIRECT_URI,
    scope,
    state: 'state 1',
  })
  const start = await fetch(`${path}/authorize?${query}`, { redirect: 'manual' })
  const moved = start.headers.get('location')
  if (moved) return { location: new URL(moved), status: start.status }
  const cookie = start.headers.get('set-cookie')!.split(';')[0]!
  const transaction = /name="transaction" value="([^"]+)"/.exec(await start.text())![1]!
  const post = (to: string, form: [string, string][]) =>
    fetch(`${path}/${to}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams([['transaction', transaction], ...form]),
    })
  const page = await (
    await post('login', [
      ['username', username],
      ['password', `${username}-pass`],
    ])
  ).text()
  const points = [...page.matchAll(/name="usage_point" value="([^"]+)"/g)].map(
    ([, id]) => ['usage_point', id!] as [string, string],
  )
  const all: [string, string][] = [...points, ['share', 'bills'], ['share', 'customer']]
  const decided = await post('decide', [['decision', decision], ...(fields ?? all)])
  const location = decided.headers.get('location')
  return { location: location ? new URL(location) : undefined, status: decided.status }
}

/** A code of the whole way through the pages. */
export async function codeOf(sandbox: Pick<Sandbox, 'url'>, dialect: DialectName): Promise<string> {
  const { location } = await authorizeByForm(sandbox, dialect)
  return location!.searchParams.get('code')!
}
