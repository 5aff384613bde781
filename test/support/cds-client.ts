import { Decimal } from '../../src/shared/decimal.ts'
import { type Json, parseExact } from '../../src/shared/json.ts'

/** A CDS client as a third party would write it: nothing but HTTP, JSON read exactly. */
export class CdsClient {
  readonly url: string
  private constructor(url: string) {
    this.url = url
  }
  admin = ''
  clients: { client_id: string; scope: string; secret: string; default_redirect_uri?: string }[] = []

  static async register(url: string, scope: string): Promise<CdsClient> {
    const client = new CdsClient(url)
    const metadata = await getJson(`${url}/.well-known/cds-server-metadata.json`)
    const oauth = await getJson(metadata.oauth_metadata)
    const registered = await postJson(oauth.registration_endpoint, { client_name: 'Test App', scope })
    const token = await client.token(registered.client_id, registered.client_secret, {
      grant_type: 'client_credentials',
      scope: 'cds_client_admin',
    })
    client.admin = token.access_token
    const { clients } = await client.get('/cds/v1/clients', client.admin)
    const { credentials } = await client.get('/cds/v1/credentials', client.admin)
    client.clients = clients.map((each: Record<string, string>) => ({
      ...each,
      secret: credentials.find(
        (credential: Record<string, string>) => credential.client_id === each.client_id,
      )?.client_secret,
    }))
    return client
  }

  /** The client object whose scope holds this one. */
  of(scope: string) {
    const found = this.clients.find((each) => each.scope.split(' ').includes(scope))
    if (!found) throw new Error(`no client with ${scope}`)
    return found
  }

  // biome-ignore lint/suspicious/noExplicitAny: the wire, as a test reads it
  async token(id: string, secret: string, parameters: Record<string, string>): Promise<any> {
    const response = await fetch(`${this.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(parameters),
    })
    return { status: response.status, ...((await response.json()) as object) }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the wire, as a test reads it
  async get(path: string, token: string): Promise<any> {
    return getJson(path.startsWith('http') ? path : `${this.url}${path}`, token)
  }

  /** Waits until a grant is no longer pending. */
  async settled(grantId: string, timeoutMs = 90_000) {
    const end = Date.now() + timeoutMs
    for (;;) {
      const { grants } = await this.get(`/cds/v1/grants?grant_ids=${grantId}`, this.admin)
      if (grants[0]?.status !== 'pending' || Date.now() > end) return grants[0]
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }

  /** All pages of a listing, numbers exact. */
  async all(name: string, path: string, token: string): Promise<Record<string, Json>[]> {
    const found: Record<string, Json>[] = []
    let url: string | null = `${this.url}${path}`
    while (url) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      const page = parseExact(await response.text()) as Record<string, Json>
      found.push(...(page[name] as Record<string, Json>[]))
      url = page.next as string | null
    }
    return found
  }
}

/** Sums one member of the value objects of all segments, by value type and direction: `electric_usage forward kWh`. */
export function totals(segments: Record<string, Json>[]): Record<string, string> {
  const sums = new Map<string, Decimal>()
  for (const segment of segments) {
    const formats = segment.formats as Record<string, Json>[]
    for (const set of segment.values as Json[][]) {
      set.forEach((value, column) => {
        if (value === null) return
        const format = formats[column] ?? {}
        const key = [format.type, format.direction, format.units].filter(Boolean).join(' ')
        const amount = Object.values(value as Record<string, Json>)[0]
        if (amount instanceof Decimal) sums.set(key, (sums.get(key) ?? new Decimal(0n)).plus(amount))
      })
    }
  }
  return Object.fromEntries([...sums].map(([key, sum]) => [key, sum.toString()]))
}

// biome-ignore lint/suspicious/noExplicitAny: the wire, as a test reads it
async function getJson(url: string, token?: string): Promise<any> {
  const response = await fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {})
  if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`)
  return response.json()
}

// biome-ignore lint/suspicious/noExplicitAny: the wire, as a test reads it
async function postJson(url: string, body: object): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json()
}
