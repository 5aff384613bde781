import type { Request, RequestHandler } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'

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
      if (rejected instanceof Error) throw rejected
      response
        .status(429)
        .set('Retry-After', String(secondsOf(rejected)))
        .json({ error: 'too_many_requests', error_description: 'too many requests; wait and try again' })
      return
    }
    next()
  }
}

function secondsOf(rejected: unknown): number {
  const isAnswer = typeof rejected === 'object' && rejected !== null && 'msBeforeNext' in rejected
  return isAnswer ? Math.ceil(Number(rejected.msBeforeNext) / 1000) : 3600
}

/** Where a request comes from; express knows the proxies in between. */
export function addressOf(request: Request): string {
  return request.ip ?? 'unknown'
}
