import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  authorizeByForm,
  get,
  REDIRECT_URI,
  requestToken,
  startTestSandbox,
  type Tokens,
  tokensOf,
} from './support.ts'

let sandbox: Awaited<ReturnType<typeof startTestSandbox>>
let tokens: Tokens
beforeAll(async () => {
  sandbox = await startTestSandbox()
  tokens = await tokensOf(sandbox, 'openespi', 'flat')
})
afterAll(() => sandbox.close())
beforeEach(() => sandbox.clearFaults())

const read = () => get(tokens.resourceURI, tokens.access_token)
const switchOn = (fault: unknown) =>
  fetch(`${sandbox.url}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })

describe('faults', () => {
  it.each([401, 403, 404, 500, 502, 503] as const)(
    'answer %i as often as they should, then end',
    async (status) => {
      sandbox.setFault({ kind: 'status', status, times: 2 })
      expect([(await read()).status, (await read()).status, (await read()).status]).toEqual([
        status,
        status,
        200,
      ])
    },
  )

  it('answer 429 with Retry-After', async () => {
    sandbox.setFault({ kind: 'too-many-requests', retryAfterSeconds: 7, times: 1 })
    const response = await read()
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7'])
  })

  it('answer 202 with Retry-After and an empty body, then the feed', async () => {
    sandbox.setFault({ kind: 'not-ready', retryAfterSeconds: 3, times: 1 })
    const response = await read()
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
      202,
      '3',
      '',
    ])
    expect((await read()).status).toBe(200)
  })

  it('cut a feed after so many bytes', async () => {
    sandbox.setFault({ kind: 'cut', afterBytes: 5000 })
    const response = await read()
    let bytes = 0
    const readAll = async () => {
      for await (const chunk of response.body!) bytes += chunk.length
    }
    await expect(readAll()).rejects.toThrow('terminated')
    expect(bytes).toBe(5000)
  })

  it('leave a body that is shorter than the cut alone', async () => {
    sandbox.setFault({ kind: 'cut', afterBytes: 100_000_000 })
    expect(await (await read()).text()).toMatch(/<\/feed>\s*$/)
  })

  it.each([
    ['html', '<!doctype html>'],
    ['not-xml', '\u0000\u0001'],
  ] as const)('answer 200 with garbage (%s)', async (body, start) => {
    sandbox.setFault({ kind: 'garbage', body })
    const response = await read()
    expect(response.status).toBe(200)
    expect((await response.text()).startsWith(start)).toBe(true)
  })

  it('answer slowly', async () => {
    sandbox.setFault({ kind: 'slow', ms: 120 })
    const start = performance.now()
    expect((await read()).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThanOrEqual(115)
  })

  it('grant a narrower scope than asked, once', async () => {
    sandbox.setFault({ kind: 'narrowed-scope', scope: 'FB=4_10', times: 1 })
    const scopeOfNext = async () => {
      const { location } = await authorizeByForm(sandbox, 'openespi', { scope: 'FB=4_10_16' })
      const code = location!.searchParams.get('code')!
      const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }
      return ((await (await requestToken(sandbox, 'openespi', form)).json()) as Tokens).scope
    }
    expect([await scopeOfNext(), await scopeOfNext()]).toEqual(['FB=4_10', 'FB=4_10_16'])
  })

  it('hit only paths that start as they say', async () => {
    await switchOn({ kind: 'status', status: 503, path: '/openespi/espi' })
    expect((await read()).status).toBe(503)
    expect((await tokensOf(sandbox, 'openespi', 'flat')).token_type).toBe('Bearer')
  })

  it('are switched by JSON, listed, and switched off', async () => {
    expect((await switchOn({ kind: 'slow', ms: 1 })).status).toBe(201)
    const listed = await (await fetch(`${sandbox.url}/_sandbox/faults`)).json()
    expect(listed).toEqual({ faults: [{ kind: 'slow', ms: 1 }] })
    expect((await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' })).status).toBe(204)
    expect(await (await fetch(`${sandbox.url}/_sandbox/faults`)).json()).toEqual({ faults: [] })
  })

  it.each([
    { kind: 'unknown' },
    { kind: 'slow' },
    { kind: 'slow', ms: -1 },
    { kind: 'slow', ms: 1, times: 0 },
    [],
  ])('are refused when they are none: %j', async (fault) => {
    expect((await switchOn(fault)).status).toBe(400)
  })
})
