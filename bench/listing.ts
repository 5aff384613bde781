import { once } from 'node:events'
import { createServer } from 'node:http'
import { loadavg } from 'node:os'
import { constants, inflateRawSync } from 'node:zlib'
import { sql } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'
import { newPool } from '../src/store/pool.ts'
import { CONTRACTS, DAYS, INTERVALS } from './customer.ts'
import { type FilledGateway, startFilledGateway } from './filled-gateway.ts'
import { CONNECTIONS, type Load, load } from './load.ts'

const MEGA = 1e6
/** Below this the server waited: for the client, or for PostgreSQL. */
const BUSY = 0.85

const UsagePage = z.object({ usage_segments: z.array(z.unknown()), next: z.string().nullable() })

/**
 * Prints how many requests per second the listings of the real gateway answer, its embedded PostgreSQL behind it, beside the floor of the
 * same run: a bare node:http server that sends what one prepared query gives, unpacked in one call or as it is stored.
 */
async function run(): Promise<void> {
  const gateway = await startFilledGateway()
  const pool = await poolBeside(gateway)
  try {
    console.log(`${CONTRACTS.length * DAYS} usage segments of ${INTERVALS} intervals in 2 formats,`)
    console.log(`${CONNECTIONS} connections from a thread of their own, server and PostgreSQL beside it`)
    console.log(`load average ${loadavg()[0]?.toFixed(1)}`)
    const { first, middle, accounts } = await pages(gateway)
    const unpacked = piecesOf(pool, (joined) =>
      inflateRawSync(joined, { finishFlush: constants.Z_SYNC_FLUSH }),
    )
    const packed = piecesOf(pool, (joined) => joined)
    await compare('usage segments, first page of 100', { url: first, gateway, floor: unpacked })
    await compare('usage segments, page in the middle', { url: middle, gateway, floor: unpacked })
    await compare('usage segments, first page, gzip', {
      url: first,
      gateway,
      floor: packed,
      encoding: 'gzip',
    })
    for (const name of SMALL) {
      await compare(name, { url: accounts.replace('accounts', name), gateway, floor: oneObject(pool, name) })
    }
  } finally {
    await pool.end()
    await gateway.stop()
  }
}

const SMALL = ['accounts', 'service-contracts', 'service-points', 'meter-devices']

/** A pool of its own on the same server, found through its socket. */
async function poolBeside({ database }: FilledGateway): Promise<pg.Pool> {
  const { rows } = await sql<{ host: string; name: string; user: string }>`
    select current_setting('unix_socket_directories') as host, current_database() as name, current_user as user`.execute(
    database,
  )
  const [place] = rows
  if (!place) throw new Error('PostgreSQL does not say where it is')
  const port = Number((await sql<{ port: string }>`show port`.execute(database)).rows[0]?.port)
  return newPool({ host: place.host, port, database: place.name, user: place.user, max: 10 })
}

type Floor = () => Promise<Buffer>

function piecesOf(pool: pg.Pool, toBody: (joined: Buffer) => Buffer): Floor {
  const text = `select x.piece from usage_segments x where x.utility_authorization_id = (select max(utility_authorization_id) from usage_series)
    and x.series = 1 order by x.segment_start limit 100`
  return async () => {
    const { rows } = await pool.query<{ piece: Buffer }>({ name: 'floor pieces', text })
    return toBody(Buffer.concat(rows.map(({ piece }) => piece)))
  }
}

function oneObject(pool: pg.Pool, name: string): Floor {
  const text = 'select body::text as body from customer_objects where kind = $1 limit 1'
  return async () => {
    const values = [name.replace('-', '_')]
    const { rows } = await pool.query<{ body: string }>({ name: 'floor object', text, values })
    return Buffer.from(`{"${name}":[${rows[0]?.body}],"next":null,"previous":null}`)
  }
}

/** What a client asks for: the first page of usage, one from the middle, and the account. */
async function pages({ url, token }: FilledGateway) {
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
  return { first, middle, accounts: `${url}/cds/v1/accounts` }
}

interface Comparison {
  url: string
  gateway: FilledGateway
  floor: Floor
  encoding?: 'gzip'
}

async function compare(name: string, { url, gateway, floor, encoding }: Comparison): Promise<void> {
  const headers = { authorization: `Bearer ${gateway.token}`, 'accept-encoding': encoding ?? 'identity' }
  const { bytes, text } = await sizes(url, headers)
  const ours = await load(url, headers)
  const calm = await load(url, headers, ours.perSecond / 2)
  const peer = await withBareServer(floor, (bareUrl) => load(bareUrl, headers))
  console.log(`${name} (${bytes} bytes${bytes === text ? '' : ` of ${text}`})`)
  print('gbcds', ours, bytes)
  print('gbcds at half that rate', calm, bytes)
  print('node:http, one query', peer, bytes)
  console.log(`  ratio                  ${(ours.perSecond / peer.perSecond).toFixed(2).padStart(8)}`)
}

function print(who: string, { perSecond, p50, p99, busy }: Load, bytes: number): void {
  const rate = `${perSecond.toFixed(0).padStart(8)} requests/s  ${((perSecond * bytes) / MEGA).toFixed(1).padStart(7)} MB/s`
  const waiting = busy < BUSY ? ', so not the limit' : ''
  const time = `p50 ${p50} ms, p99 ${p99} ms, server ${(busy * 100).toFixed(0)} % busy${waiting}`
  console.log(`  ${who.padEnd(24)} ${rate}   ${time}`)
}

async function get(url: string, token: string): Promise<Buffer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(`${response.status} at ${new URL(url).pathname}`)
  return Buffer.from(await response.arrayBuffer())
}

/** Bytes on the wire, and of the text. */
async function sizes(url: string, headers: Record<string, string>): Promise<{ bytes: number; text: number }> {
  const response = await fetch(url, { headers })
  const text = (await response.arrayBuffer()).byteLength
  return { bytes: Number(response.headers.get('content-length')), text }
}

async function withBareServer<T>(floor: Floor, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => {
    floor().then(
      (body) => response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(body),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    )
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
