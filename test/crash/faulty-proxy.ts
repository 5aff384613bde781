import {
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { AuthorizationBook } from '../../src/sandbox/authorizations.ts'
import type { Asked, Exchange, TrueAnswer } from './exchange.ts'
import type { FaultPlan } from './fault-plan.ts'

export interface FaultyProxy {
  url: string
  /** Says who is behind it, once it is there. */
  forwardTo(port: number, book: AuthorizationBook): void
  /** Requests that came for a customer's data. */
  requestsOf(username: string): number
  close(): Promise<void>
}

/** A server in front of the sandbox that answers as a fault plan says, and truly where the plan says nothing. */
export async function startFaultyProxy(plan: FaultPlan): Promise<FaultyProxy> {
  const counts = new Map<string, number>()
  let behind: { port: number; book: AuthorizationBook } | undefined
  const server = createServer(async (request, response) => {
    if (!behind) return void response.destroy()
    // A gateway that is killed, or has had enough, hangs up in the middle of an answer.
    request.on('error', () => {})
    response.on('error', () => {})
    try {
      const exchange = await open(request, response, behind)
      const { asked, username = '' } = exchange
      if (asked === 'usage' || asked === 'customer') counts.set(username, (counts.get(username) ?? 0) + 1)
      const fault = plan.take(exchange)
      if (fault) return await fault.answer(exchange)
      const { status, headers, body } = await exchange.ask()
      response.writeHead(status, headers).end(body)
    } catch {
      response.destroy()
    }
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    forwardTo: (to, book) => {
      behind = { port: to, book }
    },
    requestsOf: (username) => counts.get(username) ?? 0,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function open(
  request: IncomingMessage,
  response: ServerResponse,
  { port, book }: { port: number; book: AuthorizationBook },
): Promise<Exchange> {
  const body = await buffer(request)
  const form = new URLSearchParams(body.toString('utf8'))
  const asked = askedOf(request.url ?? '')
  return {
    asked,
    isRefresh: asked === 'token' && form.get('grant_type') === 'refresh_token',
    username: usernameOf(request, form, book),
    request,
    response,
    ask: () => forward(request, body, port),
  }
}

function askedOf(url: string): Asked {
  const [path = ''] = url.split('?')
  if (path.endsWith('/token')) return 'token'
  if (path.includes('/RetailCustomer/')) return 'customer'
  return path.includes('/espi/') ? 'usage' : 'page'
}

/** The customer by the token of the request, else by the username that it names. */
function usernameOf(
  { headers }: IncomingMessage,
  form: URLSearchParams,
  book: AuthorizationBook,
): string | undefined {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
  const token = bearer ?? form.get('refresh_token') ?? undefined
  const holder = token === undefined ? undefined : book.findToken(token)?.holder
  if (holder && 'authorizationId' in holder) return book.find(holder.authorizationId)?.username
  return form.get('username') ?? undefined
}

function forward(request: IncomingMessage, body: Buffer, port: number): Promise<TrueAnswer> {
  const { 'accept-encoding': _, ...headers } = request.headers
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method: request.method, path: request.url, headers }
    const forwarded = ask(options, (answer) => {
      buffer(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
        reject,
      )
    })
    forwarded.on('error', reject)
    forwarded.end(body)
  })
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
