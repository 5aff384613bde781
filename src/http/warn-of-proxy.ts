import type { RequestHandler } from 'express'
import type { Logger } from '../shared/logger.ts'

const HEADERS = ['x-forwarded-for', 'forwarded']

/** Warns once when requests come through a proxy that nobody has told us of: every limit by address then counts all of them as one. */
export function warnOfProxy(log: Pick<Logger, 'warn'>): RequestHandler {
  let isWarned = false
  return (request, _response, next) => {
    if (!isWarned && HEADERS.some((name) => request.get(name) !== undefined)) {
      isWarned = true
      log.warn(
        'requests carry X-Forwarded-For, but TRUST_PROXY is off: limits by address count everybody behind the proxy as one. See "Behind a proxy" in docs/operations.md',
      )
    }
    next()
  }
}
