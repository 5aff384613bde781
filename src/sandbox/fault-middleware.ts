import { setTimeout as wait } from 'node:timers/promises'
import type { RequestHandler, Response } from 'express'
import type { Fault, FaultBoard } from './faults.ts'

const PAGE =
  '<!doctype html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1><br></body>'

/** Lets switched-on faults happen before, or to, the real answer. */
export function faultMiddleware(faults: FaultBoard): RequestHandler {
  return async (request, response, next) => {
    for (const fault of faults.take(request.path)) {
      if (fault.kind === 'slow') await wait(fault.ms, undefined, { ref: false })
      if (fault.kind === 'cut') cutAfter(fault.afterBytes, response)
      if (answered(fault, response)) return
    }
    next()
  }
}

/** Faults that are the whole answer. */
function answered(fault: Fault, response: Response): boolean {
  switch (fault.kind) {
    case 'status':
      response.status(fault.status).end()
      return true
    case 'too-many-requests':
      response.status(429).set('Retry-After', String(fault.retryAfterSeconds)).end()
      return true
    case 'not-ready':
      response.status(202).set('Retry-After', String(fault.retryAfterSeconds)).end()
      return true
    case 'garbage':
      if (fault.body === 'html') response.type('text/html').send(PAGE)
      else response.type('application/atom+xml').send('\u0000\u0001 this is no XML <<<')
      return true
    default:
      return false
  }
}

/** The response's body stops after that many bytes and the connection closes, as when a custodian dies in mid-feed. */
function cutAfter(bytes: number, response: Response): void {
  let left = bytes
  const write = response.write.bind(response)
  const end = response.end.bind(response)
  const cut = (chunk: unknown): boolean => {
    const body = toBytes(chunk)
    if (left < 0) return false
    if (body.length > left) {
      write(body.subarray(0, left), () => response.destroy())
      left = -1
      return false
    }
    left -= body.length
    return write(body)
  }
  response.write = cut
  response.end = (chunk?: unknown) => {
    cut(chunk)
    return left < 0 ? response : end()
  }
}

function toBytes(chunk: unknown): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0)
}
