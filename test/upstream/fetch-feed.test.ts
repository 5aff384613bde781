import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import { UpstreamError } from '../../src/shared/errors.ts'
import { fetchFeed } from '../../src/upstream/fetch-feed.ts'
import { text, utilityServer } from './utility-server.ts'

const server = await utilityServer()
const other = await utilityServer()
const clock = fixedClock('2026-03-01T12:00:00Z')
const deps = { clock, network: server.deps.network }
const path = '/espi/1_1/resource/Batch/Subscription/7'

async function get(limits = {}, url = `${server.url}${path}`) {
  const { profile } = server.utility({ limits: { daysOfHistory: 730, ...limits } })
  return fetchFeed(profile, { url, accessToken: 'at-1' }, deps)
}

async function read(limits = {}, url?: string): Promise<string> {
  const response = await get(limits, url)
  if (response.kind !== 'ready') return response.kind
  const pieces = []
  for await (const piece of response.body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

const fault = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

beforeEach(() => {
  server.received.length = 0
  other.received.length = 0
})

describe('fetchFeed', () => {
  it('sends the token in the header and gives the body as it is', async () => {
    server.answer = text(200, '<feed/>')
    expect(await read()).toBe('<feed/>')
    expect(server.received[0]).toMatchObject({
      method: 'GET',
      path,
      headers: { authorization: 'Bearer at-1' },
    })
  })

  it('decompresses gzip', async () => {
    server.answer = (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('<feed/>'))
    expect(await read()).toBe('<feed/>')
  })

  it('hands the body on before it is complete', async () => {
    let finish = () => {}
    server.answer = (response) => {
      response.writeHead(200).write('<feed>')
      finish = () => response.end('</feed>')
    }
    const response = await get()
    if (response.kind !== 'ready') throw new Error('not ready')
    const body = response.body[Symbol.asyncIterator]()
    expect(Buffer.from((await body.next()).value).toString()).toBe('<feed>')
    finish()
    expect(Buffer.from((await body.next()).value).toString()).toBe('</feed>')
    expect((await body.next()).done).toBe(true)
  })

  it('takes 204 for an empty answer', async () => {
    server.answer = text(204)
    expect(await get()).toEqual({ kind: 'empty' })
  })

  it('takes 202 for "later", with the time the utility names', async () => {
    server.answer = text(202, '', { 'retry-after': '30' })
    expect(await get()).toEqual({ kind: 'notYet', retryAfterMs: 30_000 })
    server.answer = text(202)
    expect(await get()).toEqual({ kind: 'notYet', retryAfterMs: 300_000 })
  })

  it('takes a 400 about a batch request that already exists for a 202', async () => {
    server.answer = text(400, 'An unprocessed batch request for the same resource already exists')
    expect(await get()).toEqual({ kind: 'notYet', retryAfterMs: 300_000 })
  })

  it.each([
    [400, true],
    [404, true],
    [410, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])('answers %i with an error whose permanent is %s', async (status, permanent) => {
    server.answer = text(status, 'bad', { 'retry-after': '7' })
    expect(await fault(get())).toMatchObject({ name: 'UpstreamError', status, permanent, retryAfterMs: 7000 })
  })

  it.each([401, 403])('leaves %i to the one who holds the refresh token', async (status) => {
    server.answer = text(status)
    expect(await fault(get())).toMatchObject({ name: 'AccessRefusedError', status })
  })
})

describe('fetchFeed never takes part of a feed for the whole', () => {
  it('fails when the connection is cut before content-length', async () => {
    server.answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('<feed>')
      setTimeout(() => response.destroy(), 20)
    }
    expect(await fault(read())).toMatchObject({ name: 'UpstreamError', permanent: false })
  })

  it('fails when a chunked body is cut', async () => {
    server.answer = (response) => {
      response.writeHead(200).write('<feed>')
      setTimeout(() => response.destroy(), 20)
    }
    expect(await fault(read())).toMatchObject({ name: 'UpstreamError', permanent: false })
  })

  it('fails when gzip ends early, or is none', async () => {
    const whole = gzipSync('<feed/>'.repeat(100))
    for (const body of [whole.subarray(0, -9), Buffer.from('<feed/>')]) {
      server.answer = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body)
      expect(await fault(read())).toMatchObject({ name: 'UpstreamError' })
    }
  })

  it('fails when the connection is cut inside gzip', async () => {
    const whole = gzipSync('<feed/>'.repeat(100))
    server.answer = (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(whole.subarray(0, 20))
      setTimeout(() => response.destroy(), 20)
    }
    expect(await fault(read())).toMatchObject({ name: 'UpstreamError', permanent: false })
  })

  it('stops at limits.feedBytes, after decompression', async () => {
    server.answer = (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)))
    expect(await fault(read({ feedBytes: 50_000 }))).toMatchObject({ name: 'UpstreamError', permanent: true })
  })

  it('stops after limits.feedSeconds, before and within the body', async () => {
    server.answer = () => {}
    expect(String(await fault(read({ feedSeconds: 1 })))).toContain('FEED_TIMEOUT')
    server.answer = (response) => response.writeHead(200).write('<feed>')
    expect(String(await fault(read({ feedSeconds: 1 })))).toContain('FEED_TIMEOUT')
  })

  it('closes the connection when the reader stops', async () => {
    const closed = new Promise<void>((resolve) => {
      server.answer = (response) => {
        response.on('close', resolve)
        response.writeHead(200).write('<feed>')
      }
    })
    const response = await get()
    if (response.kind !== 'ready') throw new Error('not ready')
    for await (const _ of response.body) break
    await closed
  })
})

describe('fetchFeed asks only hosts that the adapter allows', () => {
  it('refuses a URL on another host without connecting', async () => {
    const error = await fault(get({}, `${other.url}${path}`))
    expect(error).toMatchObject({ name: 'UpstreamError', permanent: true })
    expect(String(error)).toContain('add the host to adapters/test-utility.ts')
    expect(other.received).toEqual([])
  })

  it('does not carry the token to another host by a redirect', async () => {
    server.answer = text(302, '', { location: `${other.url}/steal` })
    expect(await fault(get())).toBeInstanceOf(UpstreamError)
    expect(other.received).toEqual([])
  })

  it('follows a redirect on the same host, with the token', async () => {
    server.answer = (response, { path: asked }) =>
      asked === path ? response.writeHead(302, { location: '/moved' }).end() : response.end('<feed/>')
    expect(await read()).toBe('<feed/>')
    expect(server.received.map(({ path: asked, headers }) => [asked, headers.authorization])).toEqual([
      [path, 'Bearer at-1'],
      ['/moved', 'Bearer at-1'],
    ])
  })

  it('gives up on a redirect that does not end', async () => {
    server.answer = text(302, '', { location: path })
    expect(await fault(get())).toMatchObject({ status: 302, permanent: true })
    expect(server.received).toHaveLength(4)
  })

  it.each(['sftp://127.0.0.1/Batch', '/Batch/Subscription/7', 'http://user:pass@127.0.0.1/x', ''])(
    'refuses "%s"',
    async (url) => {
      expect(await fault(get({}, url))).toMatchObject({ name: 'UpstreamError', permanent: true })
    },
  )
})
