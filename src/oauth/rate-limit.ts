import type { Request, RequestHandler } from 'express'
import { GatewayError } from '../shared/errors.ts'
import { addressBlock } from './address-block.ts'
import type { Limit } from './limits.ts'

/** Somebody asks too often (CDS-WG1-02 §11.3 #rate-limiting): 429, and when to come again (RFC 6585 §4). */
export class TooManyRequestsError extends GatewayError {
  readonly permanent = false
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super('too many requests; wait and try again')
    this.retryAfterMs = retryAfterMs
  }
}

/** Counts one more, and throws `TooManyRequestsError` beyond the limit. */
export async function countOrRefuse(limit: Limit, ...key: string[]): Promise<void> {
  const waitMs = await limit.count(...key)
  if (waitMs !== undefined) throw new TooManyRequestsError(waitMs)
}

/** Lets so many requests through for one key (CDS-WG1-02 §11.3 #rate-limiting). */
export function rateLimit(limit: Limit, keyOf: (request: Request) => string): RequestHandler {
  return async (request, _response, next) => {
    await countOrRefuse(limit, keyOf(request))
    next()
  }
}

/** Where a request comes from, as a block of addresses; express knows the proxies in between. */
export function addressOf(request: Pick<Request, 'ip'>): string {
  return addressBlock(request.ip)
}
