import type { ErrorRequestHandler, RequestHandler } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { OAuthError } from './errors.ts'
import { addressOf, tooMany } from './rate-limit.ts'

/**
 * Goes around an endpoint where clients authenticate, and makes guessing secrets slow: after so many failed authentications an hour an address gets 429 (CDS-WG1-02 §11.3 #rate-limiting). Who
 * authenticates is not counted, so a busy client is never shut out by its own success.
 */
export function limitFailures(perHour: number): { guard: RequestHandler; count: ErrorRequestHandler } {
  const limiter = new RateLimiterMemory({ points: perHour, duration: 3600 })

  const guard: RequestHandler = async (request, response, next) => {
    const found = await limiter.get(addressOf(request))
    if (found && found.consumedPoints >= perHour) return tooMany(response, found.msBeforeNext)
    next()
  }
  const count: ErrorRequestHandler = async (error, request, _response, next) => {
    if (error instanceof OAuthError && error.code === 'invalid_client')
      await limiter.penalty(addressOf(request))
    next(error)
  }
  return { guard, count }
}
