import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from '../shared/logger.ts'

/** Paths whose next segment is a secret or an id of a person's authorization: it is not logged. */
const SECRET_SEGMENT = /^(\/(?:self-access|receipts|oauth\/consent))\/[^/]+/

/**
 * One line a request: id, method, path, status, time. Never the query, which carries codes, states and account numbers, never a
 * header, never a body. The id goes back to the client as `X-Request-Id`.
 */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const id = randomUUID()
    const begun = process.hrtime.bigint()
    response.set('X-Request-Id', id)
    response.once('close', () => {
      const ms = Number((process.hrtime.bigint() - begun) / 1_000_000n)
      const path = request.originalUrl.replace(/\?.*/s, '').replace(SECRET_SEGMENT, '$1/…')
      const line = { id, method: request.method, path, status: response.statusCode, ms }
      log[response.statusCode >= 500 ? 'warn' : 'info'](
        line,
        response.writableFinished ? 'request' : 'request cut',
      )
    })
    next()
  }
}
