import type { Request, RequestHandler, Response } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/**
 * Lets so many requests an hour through for one key, and answers 429 beyond (CDS-WG1-02 §11.3 #rate-limiting). Counts are kept in
 * this process; behind several the limit is several times as wide.
 */
export function rateLimit(perHour: number, keyOf: (request: Request) => string): RequestHandler {
  const limiter = new RateLimiterMemory({ points: perHour, duration: 3600 })
  return async (request, response, next) => {
    try {
      await limiter.consume(keyOf(request))
    } catch (rejected) {
      if (!(rejected instanceof RateLimiterRes)) throw rejected
      return tooMany(response, rejected.msBeforeNext)
    }
    next()
  }
}

/** 429, and when to come again (RFC 6585 §4). */
export function tooMany(response: Response, waitMs: number): void {
  response
    .status(429)
    .set('Retry-After', String(Math.ceil(waitMs / 1000)))
    .json({ error: 'too_many_requests', error_description: 'too many requests; wait and try again' })
}

/** Where a request comes from; express knows the proxies in between. */
export function addressOf(request: Request): string {
  return request.ip ?? 'unknown'
}
