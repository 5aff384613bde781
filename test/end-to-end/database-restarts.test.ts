import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { withClient } from '../../src/store/pool.ts'
import { afterThisFile } from '../support/clean-up.ts'
import { databaseUrl, startGatewayProcess, temporaryFolder } from '../support/gateway-process.ts'
import { ownPostgres } from '../support/postgres-server.ts'
import { freePort } from '../support/redis.ts'

const KEY = Buffer.from('thirty-two bytes, not all equal!').toString('base64')

interface Answer {
  status: number
  retryAfter: string | null
  body: string
}

/** Asks again and again, as clients and customers do, until told to stop; every answer is kept. */
function load(requests: readonly (() => Promise<Response>)[]) {
  const answers: Answer[] = []
  let isOver = false
  const ask = async (request: () => Promise<Response>): Promise<void> => {
    while (!isOver) {
      const response = await request()
      answers.push({
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        body: await response.text(),
      })
      await sleep(100)
    }
  }
  const running = requests.map(ask)
  const end = async (): Promise<void> => {
    isOver = true
    await Promise.all(running)
  }
  afterThisFile(end)
  return { answers, end }
}

describe('gbcds serve while PostgreSQL comes and goes', () => {
  it('answers 503 with Retry-After, nothing else, and goes on by itself', async () => {
    const server = await ownPostgres()
    const [port, sandboxPort] = [await freePort(), await freePort()]
    const serve = startGatewayProcess('serve', {
      DATABASE_URL: databaseUrl(server.address),
      DATA_DIR: temporaryFolder('serve'),
      PORT: String(port),
      METRICS_PORT: '0',
      SANDBOX: 'off',
      SANDBOX_URL: `http://localhost:${sandboxPort}`,
      SEAL_KEYS: `k1:${KEY}`,
      ID_SECRET: KEY,
    })
    await serve.says(/waiting for PostgreSQL/)
    await server.start()
    await serve.says(/^Gateway: /)
    const url = `http://localhost:${port}`
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ok', database: 'ok', queue: 'ok' })

    const register = () =>
      fetch(`${url}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_name: 'Test App', scope: 'cds_client_admin' }),
      })
    const client = (await (await register()).json()) as { client_id: string; client_secret: string }
    const basic = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`
    const token = () =>
      fetch(`${url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: basic },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'cds_client_admin' }),
      })
    const { access_token } = (await (await token()).json()) as { access_token: string }
    const list = () =>
      fetch(`${url}/cds/v1/clients`, { headers: { authorization: `Bearer ${access_token}` } })
    const page = () => fetch(`${url}/receipts/unknown`)

    const { answers, end } = load([token, token, list, list, page])
    await expect.poll(() => answers.length, { timeout: 15_000 }).toBeGreaterThan(10)
    // In use, idle, in a transaction: all of them at once, first by ending the connections, then the server.
    await withClient(server.address, (admin) =>
      admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = $1',
        ['client backend'],
      ),
    )
    await sleep(300)
    await server.stop()
    await expect
      .poll(() => answers.filter(({ status }) => status === 503).length, { timeout: 15_000 })
      .toBeGreaterThan(10)
    const down = await fetch(`${url}/readyz`)
    expect([down.status, await down.json()]).toEqual([
      503,
      { status: 'not ready', database: 'down', queue: 'down' },
    ])
    const people = await page()
    expect([people.status, people.headers.get('content-type'), people.headers.get('retry-after')]).toEqual([
      503,
      'text/html; charset=utf-8',
      '5',
    ])
    expect(await people.text()).toContain('This server is restarting or very busy.')
    await server.start()
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 15_000 }).toBe(200)
    const from = answers.length
    await sleep(500)
    await end()

    const refused = answers.filter(({ status }) => status === 503)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400, 503]))
    expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['5']))
    expect(answers.slice(from + 5).filter(({ status }) => status === 503)).toEqual([])
    expect(await serve.stop()).toBe(0)
    await server.stop()
  }, 60_000)
})
