import { z } from 'zod'
import { type Json, parseExact } from '../../src/shared/json.ts'
import { type Answer, Caller, insist, RefusedError } from './caller.ts'

export const QUERY = 'cds_query_accounts cds_query_service_contracts cds_query_usage'
const SCOPES = `cds_client_admin cds_grant_admin cds_usage ${QUERY}`

const credentials = z.object({ client_id: z.string(), client_secret: z.string() })
const clientList = z.object({ clients: z.array(z.object({ client_id: z.string(), scope: z.string() })) })
const credentialList = z.object({ credentials: z.array(credentials) })
const messageList = z.object({
  outstanding: z.array(z.object({ type: z.string(), related_uri: z.string().nullable() })),
})
const tokenAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  cds_grant_ids: z.array(z.string()).optional(),
})
const grantList = z.object({
  grants: z.array(z.object({ grant_id: z.string(), status: z.string(), eta: z.string().nullable() })),
})

export type TokenAnswer = z.output<typeof tokenAnswer>
export type GrantSeen = z.output<typeof grantList>['grants'][number]
type Credentials = z.output<typeof credentials>

/** A registered application, as a third party would write it: nothing but HTTP, and it tries again where that may help. */
export class App {
  readonly url: string
  readonly caller: Caller
  private readonly all: { scope: string; credentials: Credentials }[] = []
  private admin: string | undefined

  constructor(url: string, address: string) {
    this.url = url
    this.caller = new Caller(address)
  }

  /** Registers, and reads the clients that came of it with their secrets. */
  async register(deadline: number): Promise<void> {
    const first = await insist(deadline, async () => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ client_name: 'Crash Test', scope: SCOPES })
      const asking = { method: 'POST', headers, body }
      return credentials.parse(
        read('registration', await this.caller.send(`${this.url}/oauth/register`, asking)),
      )
    })
    this.all.push({ scope: 'cds_client_admin', credentials: first })
    const { clients } = clientList.parse(await this.asAdmin('/cds/v1/clients', deadline))
    const secrets = credentialList.parse(await this.asAdmin('/cds/v1/credentials', deadline))
    for (const { client_id, scope } of clients) {
      const found = secrets.credentials.find((each) => each.client_id === client_id)
      if (found) this.all.push({ scope, credentials: found })
    }
  }

  /** The client whose scope holds this one. */
  of(scope: string): Credentials {
    const found = this.all.find((each) => each.scope.split(' ').includes(scope))
    if (!found) throw new Error(`no client with ${scope}`)
    return found.credentials
  }

  /** One token request. Throws RefusedError on an error of RFC 6749 §5.2. */
  async token(client: Credentials, parameters: Record<string, string>): Promise<TokenAnswer> {
    const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')
    const asking = {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(parameters),
    }
    const answer = await this.caller.send(`${this.url}/oauth/token`, asking)
    return tokenAnswer.parse(read(`token request (${parameters.grant_type})`, answer))
  }

  async openMessages(deadline: number): Promise<{ type: string; related_uri: string | null }[]> {
    return messageList.parse(await this.asAdmin('/cds/v1/messages', deadline)).outstanding
  }

  /** The grants of the registration: a handful, so one page. */
  async grants(deadline: number): Promise<GrantSeen[]> {
    return grantList.parse(await this.asAdmin('/cds/v1/grants', deadline)).grants
  }

  /** All pages of a listing, numbers exact. */
  async list(
    name: string,
    path: string,
    { token, deadline }: { token: string; deadline: number },
  ): Promise<Json[]> {
    const found: Json[] = []
    let url: string | null = `${this.url}${path}`
    while (url) {
      const next: string = url
      const headers = { authorization: `Bearer ${token}` }
      const answer = await insist(deadline, () => this.caller.send(next, { headers }))
      if (answer.status !== 200) throw new RefusedError(path, answer)
      const page = parseExact(answer.text)
      if (page === null || typeof page !== 'object' || Array.isArray(page) || !('next' in page)) {
        throw new Error(`${path} answered with something else than a page`)
      }
      const items = Object.entries(page).find(([member]) => member === name)?.[1]
      if (Array.isArray(items)) found.push(...items)
      url = typeof page.next === 'string' ? page.next : null
    }
    return found
  }

  private async asAdmin(path: string, deadline: number): Promise<unknown> {
    const admin = this.of('cds_client_admin')
    const ask = async (): Promise<Answer> => {
      const fields = { grant_type: 'client_credentials', scope: 'cds_client_admin' }
      this.admin ??= (await this.token(admin, fields)).access_token
      return this.caller.send(`${this.url}${path}`, { headers: { authorization: `Bearer ${this.admin}` } })
    }
    const answer = await insist(deadline, ask)
    if (answer.status !== 401) return read(path, answer)
    this.admin = undefined
    return read(path, await insist(deadline, ask))
  }
}

function read(what: string, answer: Answer): unknown {
  if (answer.status >= 300) throw new RefusedError(what, answer)
  return JSON.parse(answer.text)
}
