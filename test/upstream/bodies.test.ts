import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  type InputType,
  zstdCompressSync,
} from 'node:zlib'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import { UpstreamError } from '../../src/shared/errors.ts'
import { type FetchDeps, fetchFeed } from '../../src/upstream/fetch-feed.ts'
import { refresh } from '../../src/upstream/token.ts'
import { utilityServer } from './utility-server.ts'

const server = await utilityServer()
const clock = fixedClock('2026-03-01T12:00:00Z')
const deps: FetchDeps = { clock, network: server.deps.network }
const FEED = `<feed>${'<entry>0123456789</entry>'.repeat(4000)}</feed>`

/** Errors that nobody listened to, in the whole process. */
const unheard: unknown[] = []
const hear = (error: unknown) => void unheard.push(error)
process.on('uncaughtExceptionMonitor', hear)
process.on('unhandledRejection', hear)
afterAll(() => {
  process.off('uncaughtExceptionMonitor', hear)
  process.off('unhandledRejection', hear)
})

async function get(limits = {}, more: Partial<FetchDeps> = {}) {
  const { profile } = server.utility({ limits: { daysOfHistory: 730, ...limits } })
  const response = await fetchFeed(
    profile,
    { url: `${server.url}/feed`, accessToken: 'at-1' },
    { ...deps, ...more },
  )
  if (response.kind !== 'ready') throw new Error(response.kind)
  return response.body
}

async function read(limits = {}, more: Partial<FetchDeps> = {}): Promise<string> {
  const pieces = []
  for await (const piece of await get(limits, more)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

const fault = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

/** Answers 200 with these codings, as one header line each. */
function coded(lines: string[], body: Buffer): void {
  server.answer = (response) => {
    response.setHeader('content-encoding', lines)
    response.writeHead(200).end(body)
  }
}

beforeEach(() => {
  unheard.length = 0
  server.received.length = 0
})
afterEach(async () => {
  // An error that a stream has to tell comes one turn later.
  await wait(20)
  expect(unheard).toEqual([])
})

describe('Content-Encoding, RFC 9110 §8.4', () => {
  it.each<[string[], (text: InputType) => Buffer]>([
    [['gzip'], gzipSync],
    [['GZIP'], gzipSync],
    [['x-gzip'], gzipSync],
    [['deflate'], deflateSync],
    [['Deflate'], deflateRawSync],
    [['br'], brotliCompressSync],
    [['zstd'], zstdCompressSync],
    [['identity'], (text) => Buffer.from(String(text))],
    [[''], (text) => Buffer.from(String(text))],
    [['gzip, br'], (text) => brotliCompressSync(gzipSync(text))],
    [['gzip', 'br'], (text) => brotliCompressSync(gzipSync(text))],
    [['deflate ,identity, gzip'], (text) => gzipSync(deflateSync(text))],
  ])('%j is undone', async (lines, encode) => {
    coded(lines, encode(FEED))
    expect(await read()).toBe(FEED)
  })

  it.each([['UTF-8'], ['gzip, UTF-8'], ['aws-chunked'], ['gzip,gzip,gzip,gzip']])(
    '"%s" is refused for good, by its name',
    async (name) => {
      coded([name], Buffer.from(FEED))
      const error = await fault(read())
      expect(error).toMatchObject({ name: 'UpstreamError', permanent: true })
      expect(String(error)).toContain(`Content-Encoding that is not known: ${name.split(', ').at(-1)}`)
    },
  )

  it.each<[string, (text: InputType) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('%s that ends early, or is none, is a failure of the utility', async (name, encode) => {
    const whole = encode(FEED)
    for (const body of [whole.subarray(0, -1), whole.subarray(0, 5), Buffer.from('<feed/>')]) {
      coded([name], body)
      expect(await fault(read())).toMatchObject({ name: 'UpstreamError', permanent: false })
    }
  })

  it.each<[string, (text: InputType) => Buffer]>([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, gzip', (text) => gzipSync(gzipSync(text))],
    // Endless members that hold nothing: the first stage is what grows.
    ['gzip,deflate', () => deflateSync(Buffer.alloc(200_000, gzipSync('')))],
  ])('a bomb in %s stops at limits.feedBytes', async (name, encode) => {
    coded([name], encode('x'.repeat(20_000_000)))
    const error = await fault(read({ feedBytes: 100_000 }))
    expect(error).toMatchObject({ name: 'UpstreamError', permanent: true })
    expect(String(error)).toContain('larger than limits.feedBytes')
  })

  it('holds for the bodies of errors and of the token endpoint too', async () => {
    const duplicate = 'An unprocessed batch request for the same resource already exists'
    server.answer = (response) =>
      response.writeHead(400, { 'content-encoding': 'BR' }).end(brotliCompressSync(duplicate))
    await expect(get()).rejects.toThrow('notYet')
    server.answer = (response) =>
      response
        .writeHead(400, { 'content-encoding': 'deflate' })
        .end(deflateSync(JSON.stringify({ error: 'invalid_grant' })))
    const renew = () => refresh(server.utility(), { refreshToken: 'rt-1', scope: 'FB=4' }, deps)
    expect(await fault(renew())).toMatchObject({ name: 'AuthorizationWithdrawnError' })
    server.answer = (response) => response.writeHead(200, { 'content-encoding': 'UTF-8' }).end('{}')
    expect(await fault(renew())).toMatchObject({ name: 'UpstreamError' })
    server.answer = (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(2_000_000)))
    expect(await fault(renew())).toMatchObject({ name: 'UpstreamError', permanent: false })
  })
})

const CODINGS: [string, (text: InputType) => Buffer][] = [
  ['identity', (text) => Buffer.from(String(text))],
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['UTF-8', (text) => Buffer.from(String(text))],
]

/** The ways in which an answer breaks off. */
const CUTS: [string, (response: ServerResponse, body: Buffer) => void][] = [
  ['with the headers', (response) => response.socket?.resetAndDestroy()],
  [
    'right behind the headers',
    (response) => {
      response.flushHeaders()
      setTimeout(() => response.socket?.resetAndDestroy(), 5)
    },
  ],
  [
    'in the middle, by a reset',
    (response, body) => {
      response.write(body.subarray(0, body.length / 2))
      setTimeout(() => response.socket?.resetAndDestroy(), 5)
    },
  ],
  [
    'in the middle, by an end',
    (response, body) => {
      response.write(body.subarray(0, body.length / 2))
      setTimeout(() => response.destroy(), 5)
    },
  ],
  [
    'before its Content-Length',
    (response, body) => {
      response.setHeader('content-length', body.length + 10)
      response.write(body)
      setTimeout(() => response.socket?.end(), 5)
    },
  ],
  [
    'in a chunk that is none',
    (response, body) => {
      response.write(body.subarray(0, body.length / 2))
      response.socket?.write('zz\r\n')
    },
  ],
]

describe('an answer that is cut', () => {
  it.each(CODINGS.flatMap(([coding]) => CUTS.map(([how]) => [coding, how] as const)))(
    'in %s, %s, is an UpstreamError for the reader and for nobody else',
    async (coding, how) => {
      const body = new Map(CODINGS).get(coding)!(FEED)
      for (const status of [200, 302, 400, 500]) {
        server.answer = (response) => {
          response.statusCode = status
          response.setHeader('content-encoding', coding)
          if (status === 302) response.setHeader('location', '/elsewhere')
          new Map(CUTS).get(how)!(response, body)
        }
        expect(await fault(read())).toBeInstanceOf(UpstreamError)
      }
    },
  )

  it.each(CODINGS.map(([coding]) => coding))(
    'in %s is nothing when nobody reads the body',
    async (coding) => {
      server.answer = (response) => {
        response.writeHead(200, { 'content-encoding': coding }).write('<feed>')
        setTimeout(() => response.socket?.resetAndDestroy(), 5)
      }
      const body = await get()
      await wait(30)
      expect(body).toBeDefined()
    },
  )
})

describe('a reader that stops', () => {
  it.each(CODINGS)('in %s ends the connection, and no error is left', async (coding, encode) => {
    const closed = new Promise<void>((resolve) => {
      server.answer = (response) => {
        response.on('close', resolve)
        response.writeHead(200, { 'content-encoding': coding })
        const more = setInterval(() => response.write(encode(FEED)), 1)
        response.on('close', () => clearInterval(more))
      }
    })
    const reading = (async () => {
      for await (const _ of await get()) break
    })()
    await fault(reading)
    await closed
  })

  it.each([
    ['before', 0],
    ['while it waits for the headers', 30],
    ['while it reads the body', 60],
  ])('because its time is up, %s', async (_, ms) => {
    server.answer = async (response) => {
      await wait(45, undefined, { ref: false })
      response.writeHead(200).write('<feed>')
    }
    const signal = ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms)
    const error = await fault(read({}, { signal }))
    expect(error).toMatchObject({ name: 'UpstreamError', permanent: false })
    expect(String(error)).toContain('the time for this request to test-utility is up')
    if (ms === 0) expect(server.received).toEqual([])
  })

  it("hands on the reason of the caller's signal where it is an error of ours", async () => {
    server.answer = (response) => response.writeHead(200).write('<feed>')
    const budget = new AbortController()
    const reason = new UpstreamError('this customer had its turn', { utilityId: 'test-utility' })
    setTimeout(() => budget.abort(reason), 30)
    expect(await fault(read({}, { signal: budget.signal }))).toBe(reason)
  })
})

describe('the pace of a body', () => {
  const pace = { seconds: 0.3, bytesPerSecond: 1000 }
  const drip = (bytes: number, everyMs: number) => {
    server.answer = (response) => {
      response.writeHead(200).write('<feed>')
      const timer = setInterval(() => response.write('x'.repeat(bytes)), everyMs)
      response.on('close', () => clearInterval(timer))
      setTimeout(() => response.end('</feed>'), 900)
    }
  }

  it.each([
    ['silence', 0, 10_000],
    ['a drip', 10, 20],
  ])('%s is too slow, after a window of waiting', async (_, bytes, everyMs) => {
    drip(bytes, everyMs)
    const begun = performance.now()
    const error = await fault(read({}, { pace }))
    expect(error).toMatchObject({ name: 'UpstreamError', permanent: false })
    expect(String(error)).toContain('sends too slowly')
    expect(performance.now() - begun).toBeGreaterThanOrEqual(290)
    expect(performance.now() - begun).toBeLessThan(800)
  })

  it('counts what was sent before the last window for nothing', async () => {
    server.answer = (response) => response.writeHead(200).write('x'.repeat(1_000_000))
    expect(String(await fault(read({}, { pace })))).toContain('sends too slowly')
  })

  it('is enough at the least rate, and for a short body', async () => {
    drip(60, 20)
    expect(await read({}, { pace })).toMatch(/^<feed>x+<\/feed>$/)
    server.answer = (response) => response.writeHead(200).end('<feed/>')
    expect(await read({}, { pace })).toBe('<feed/>')
  })

  it.each([
    ['identity', (text: InputType) => Buffer.from(String(text))],
    ['gzip', gzipSync],
  ])('does not suffer from a reader that takes its time (%s)', async (coding, encode) => {
    const words = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join(' ')
    coded([coding], encode(words))
    let read = 0
    for await (const piece of await get({}, { pace })) {
      read += piece.length
      await wait(50)
    }
    expect(read).toBe(words.length)
  })
})
