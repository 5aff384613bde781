import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll } from 'vitest'
import type { Utility } from '../../src/upstream/client.ts'
import { openNetwork } from '../../src/upstream/network.ts'
import type { UtilityFacts } from '../../src/utility/profile.ts'
import { profileAt } from './profile-at.ts'

export interface Received {
  method: string
  path: string
  headers: IncomingMessage['headers']
  form: Record<string, string>
}

export type Answer = (response: ServerResponse, request: Received) => unknown

/** A real HTTP server in the place of a utility. `answer` is what it does next; `received` is what it was asked. */
export interface UtilityServer {
  url: string
  host: string
  received: Received[]
  answer: Answer
  utility(facts?: Partial<UtilityFacts>): Utility
  deps: { network: ReturnType<typeof openNetwork> }
}

export async function utilityServer(): Promise<UtilityServer> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      form: Object.fromEntries(new URLSearchParams(body)),
    }
    self.received.push(received)
    await self.answer(response, received)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  const network = openNetwork()
  const url = `http://127.0.0.1:${address.port}`
  const self: UtilityServer = {
    url,
    host: `127.0.0.1:${address.port}`,
    received: [],
    answer: (response) => response.writeHead(500).end(),
    utility: (facts) => ({
      profile: profileAt(url, facts),
      client: { clientId: 'gateway', clientSecret: 's:ecret' },
    }),
    deps: { network },
  }
  afterAll(async () => {
    await network.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return self
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}

/** An answer with a status and a text. */
export function text(status: number, body = '', headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers).end(body)
  }
}
