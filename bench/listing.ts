import { once } from 'node:events'
import { createServer } from 'node:http'
import { z } from 'zod'
import { CONTRACTS, DAYS, INTERVALS } from './customer.ts'
import { type FilledGateway, startFilledGateway } from './filled-gateway.ts'
import { CONNECTIONS, type Load, load } from './load.ts'

const MEGA = 1e6
/** Below this the server waited: for the client, or for PostgreSQL. */
const BUSY = 0.85

const UsagePage = z.object({ usage_segments: z.array(z.unknown()), next: z.string().nullable() })

/**
 * Prints how many requests per second the listings of the real gateway answer, its embedded PostgreSQL behind it, beside a bare
 * node:http server that sends the very same bytes in the same run.
 */
async function run(): Promise<void> {
  const gateway = await startFilledGateway()
  try {
    console.log(`${CONTRACTS.length * DAYS} usage segments of ${INTERVALS} intervals in 2 formats,`)
    console.log(`${CONNECTIONS} connections from a thread of their own, server and PostgreSQL beside it`)
    for (const [name, url] of await pages(gateway)) await compare(name, url, gateway.token)
  } finally {
    await gateway.stop()
  }
}

/** What a client asks for: the first page of usage, one from the middle, and the account. */
async function pages({ url, token }: FilledGateway): Promise<[name: string, url: string][]> {
  const first = `${url}/cds/v1/usage-segments`
  const count = Math.ceil((CONTRACTS.length * DAYS) / 100)
  let middle = first
  for (let page = 1; page < count / 2; page++) {
    const { usage_segments: segments, next } = UsagePage.parse(
      JSON.parse((await get(middle, token)).toString()),
    )
    if (segments.length !== 100 || !next) throw new Error(`page ${page} of usage is not whole`)
    middle = next
  }
  return [
    ['usage segments, first page of 100', first],
    ['usage segments, page in the middle', middle],
    ['accounts', `${url}/cds/v1/accounts`],
  ]
}

async function compare(name: string, url: string, token: string): Promise<void> {
  const bytes = await get(url, token)
  const ours = await load(url, token)
  const peer = await withBareServer(bytes, (bareUrl) => load(bareUrl, token))
  console.log(`${name} (${(bytes.length / MEGA).toFixed(bytes.length < MEGA / 10 ? 4 : 2)} MB)`)
  print('gbcds', ours, bytes.length)
  print('node:http, same bytes', peer, bytes.length)
  console.log(`  ratio                  ${(peer.perSecond / ours.perSecond).toFixed(1).padStart(8)} ×`)
}

function print(who: string, { perSecond, p50, p99, busy }: Load, bytes: number): void {
  const rate = `${perSecond.toFixed(0).padStart(8)} requests/s  ${((perSecond * bytes) / MEGA).toFixed(1).padStart(7)} MB/s`
  const waiting = busy < BUSY ? ', so not the limit' : ''
  const time = `p50 ${p50} ms, p99 ${p99} ms, server ${(busy * 100).toFixed(0)} % busy${waiting}`
  console.log(`  ${who.padEnd(22)} ${rate}   ${time}`)
}

async function get(url: string, token: string): Promise<Buffer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(`${response.status} at ${new URL(url).pathname}`)
  return Buffer.from(await response.arrayBuffer())
}

async function withBareServer<T>(bytes: Buffer, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    return await work(`http://127.0.0.1:${address.port}/`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

await run()
