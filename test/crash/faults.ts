import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { brotliCompressSync, constants, createGzip, deflateSync, gzipSync } from 'node:zlib'
import type { Asked, Exchange, TrueAnswer } from './exchange.ts'

/** One way to answer wrongly. */
export interface Fault {
  name: string
  /** The requests it is for. Default: those for data. */
  on?: readonly Asked[]
  /** Only refreshes, of the requests for tokens. */
  onRefresh?: boolean
  answer(exchange: Exchange): Promise<void> | void
}

const ATOM = 'application/atom+xml'
const DATA: readonly Asked[] = ['usage', 'customer']

/** Whether a fault may hit a request. */
export function mayHit({ on = DATA, onRefresh = false }: Fault, { asked, isRefresh }: Exchange): boolean {
  return on.includes(asked) && (!onRefresh || isRefresh)
}

/** An answer of nothing but a status, with `Retry-After` where it is given. */
export function status(code: number, retryAfter?: string | number): Fault {
  const name = retryAfter === undefined ? `${code}` : `${code} with Retry-After: ${retryAfter}`
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }
  return { name, answer: ({ response }) => void response.writeHead(code, headers).end() }
}

/** A redirect to where no token of ours may go, or in a circle. */
export function redirect(to: string): Fault {
  return {
    name: `redirect to ${to}`,
    answer: ({ request, response }) =>
      void response.writeHead(302, { Location: to === 'itself' ? request.url : to }).end(),
  }
}

/** 200 with this body in place of the feed. */
export function body(name: string, text: string, type = ATOM): Fault {
  return { name, answer: ({ response }) => void response.writeHead(200, { 'Content-Type': type }).end(text) }
}

/** The feed, changed on its way. */
export function changed(name: string, change: (answer: TrueAnswer) => TrueAnswer): Fault {
  return {
    name,
    answer: async ({ ask, response }) => {
      const answer = await ask()
      const { status, headers, body } = answer.status === 200 ? change(answer) : answer
      response.writeHead(status, headers).end(body)
    },
  }
}

/** The feed under a Content-Encoding, encoded so or not at all. */
export function encoded(encoding: string, encode: (body: Buffer) => Buffer = (body) => body): Fault {
  return changed(`Content-Encoding: ${encoding}`, ({ status, headers, body }) => {
    const packed = encode(body)
    const lengths = { 'Content-Length': packed.length, 'Content-Encoding': encoding }
    return { status, headers: { ...withoutLength(headers), ...lengths }, body: packed }
  })
}

/** A token response with another scope than the customer was asked for. */
export function grantedScope(name: string, scope: string): Fault {
  const fault = changed(name, (answer) => {
    const text = JSON.stringify({ ...JSON.parse(answer.body.toString('utf8')), scope })
    return { ...answer, headers: withoutLength(answer.headers), body: Buffer.from(text) }
  })
  return { ...fault, on: ['token'] }
}

function withoutLength(headers: TrueAnswer['headers']): TrueAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)),
  )
}

/** The connection ends before the utility has done anything. */
export const resetBefore: Fault = {
  name: 'connection reset before the request',
  on: ['usage', 'customer', 'token'],
  answer: ({ request }) => void request.socket.resetAndDestroy(),
}

/** The utility has done what was asked, and the connection ends before it says so. */
export const resetAfter: Fault = {
  name: 'connection reset after the request',
  answer: async ({ ask, request }) => {
    await ask()
    request.socket.resetAndDestroy()
  },
}

/** A refresh that the utility has carried out and whose answer nobody gets. */
export const lostRefresh: Fault = {
  ...resetAfter,
  name: 'lost answer to a refresh',
  on: ['token'],
  onRefresh: true,
}

/** Half of the feed, and the connection ends. */
export const truncated: Fault = {
  name: 'truncated body',
  answer: async ({ ask, response }) => {
    const { status, headers, body } = await ask()
    response.writeHead(status, { ...withoutLength(headers), 'Content-Length': body.length })
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
  },
}

/** A Content-Length that the body has not, smaller or larger by this much. */
export function wrongLength(by: number): Fault {
  return {
    name: `Content-Length ${by < 0 ? 'too small' : 'too large'}`,
    answer: async ({ ask, request }) => {
      const { body } = await ask()
      const head = `HTTP/1.1 200 OK\r\nContent-Type: ${ATOM}\r\nContent-Length: ${body.length + by}\r\n\r\n`
      request.socket.end(Buffer.concat([Buffer.from(head), body]))
    },
  }
}

/** The true feed in UTF-16, and said so in both places. */
export const utf16 = changed('UTF-16', ({ status, headers, body }) => {
  const text = body.toString('utf8').replace('encoding="UTF-8"', 'encoding="UTF-16"')
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  const type = { 'content-type': `${ATOM}; charset=utf-16`, 'content-length': bytes.length }
  return { status, headers: { ...withoutLength(headers), ...type }, body: bytes }
})

/** A byte now and then, for ever. */
export const slowLoris: Fault = {
  name: 'slow-loris body',
  answer: async ({ response }) => {
    response.writeHead(200, { 'Content-Type': ATOM })
    response.write('<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">')
    while (!response.destroyed) {
      response.write(' ')
      await wait(500, undefined, { ref: false })
    }
  },
}

/** The connection stays open and nothing is said. */
export const silent: Fault = { name: 'no answer at all', answer: () => {} }

/** Nothing is said for some seconds, then the connection ends: a utility that is overloaded for a moment. */
export const stalled: Fault = {
  name: 'no answer for three seconds',
  on: ['usage', 'customer', 'token'],
  answer: async ({ request }) => {
    await wait(3000, undefined, { ref: false })
    request.socket.destroy()
  },
}

const ENTRY = `<entry><content><IntervalBlock xmlns="http://naesb.org/espi">${' '.repeat(8000)}</IntervalBlock></content></entry>`

/** Entries without end, as fast as they are read. */
export const endless: Fault = {
  name: 'endless body',
  answer: async ({ response }) => {
    response.writeHead(200, { 'Content-Type': ATOM })
    response.write('<feed xmlns="http://www.w3.org/2005/Atom">')
    while (!response.destroyed) {
      if (!response.write(ENTRY)) await drained(response)
    }
  },
}

/** Waits until more may be written, or nobody reads any more. */
async function drained(stream: Writable): Promise<void> {
  const closed = new AbortController()
  const close = (): void => closed.abort()
  stream.once('close', close)
  await once(stream, 'drain', { signal: closed.signal }).catch(() => {})
  stream.off('close', close)
}

/** A gibibyte of blanks in a megabyte of gzip. */
export const gzipBomb: Fault = {
  name: 'gzip bomb',
  answer: async ({ response }) => {
    response.writeHead(200, { 'Content-Type': ATOM, 'Content-Encoding': 'gzip' })
    const packed = createGzip({ level: constants.Z_BEST_COMPRESSION })
    packed.on('error', () => {})
    response.on('close', () => packed.destroy())
    packed.pipe(response)
    packed.write('<feed xmlns="http://www.w3.org/2005/Atom">')
    const blanks = Buffer.alloc(1024 * 1024, ' ')
    for (let mebibyte = 0; mebibyte < 1024 && !packed.destroyed; mebibyte++) {
      if (!packed.write(blanks)) await drained(packed)
    }
    if (!packed.destroyed) packed.end()
  },
}

export const html = body(
  'HTML in place of the feed',
  '<!doctype html><html><body><h1>Maintenance</h1><br></body>',
  'text/html',
)
export const garbage = body('garbage in place of the feed', '\u0001\u0002 no feed <<<')
export const emptyBody = body('200 with an empty body', '')
export const doctype = body(
  'DOCTYPE',
  '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa">]><feed xmlns="http://www.w3.org/2005/Atom">&a;</feed>',
)

/**
 * What passes: a gateway that tries again has everything in the end. Nothing here is a refusal for good, so after these faults every
 * authorization must be complete.
 */
export const PASSING: readonly Fault[] = [
  { ...status(500), on: ['usage', 'customer', 'token'] },
  { ...status(503), on: ['usage', 'customer', 'token'] },
  status(503, 1),
  status(429, 1),
  status(429),
  status(202, 1),
  resetBefore,
  resetAfter,
  truncated,
  wrongLength(100),
  wrongLength(-100),
  encoded('GZIP', gzipSync),
  html,
  garbage,
  emptyBody,
  doctype,
  stalled,
]

/** What a customer may suffer for ever, while others at the same utility must not notice. */
export const LASTING: readonly Fault[] = [
  status(500),
  status(503, 3600),
  status(429, 5),
  status(429, 86_400),
  status(404),
  status(404, 5),
  status(401),
  status(403),
  status(202, 1),
  { ...resetBefore, on: DATA },
  truncated,
  html,
  emptyBody,
  doctype,
  slowLoris,
  silent,
  gzipBomb,
  encoded('deflate', deflateSync),
  encoded('br', brotliCompressSync),
  encoded('UTF-8'),
  redirect('http://169.254.169.254/latest/meta-data'),
  redirect('itself'),
]
