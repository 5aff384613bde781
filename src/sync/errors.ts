import { GatewayError } from '../shared/errors.ts'

/** The utility has taken the request and is still preparing the feed (HTTP 202): ask again later. Not a failure. */
export class NotYetError extends GatewayError {
  readonly permanent = false
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super('the utility is still preparing the feed')
    this.retryAfterMs = retryAfterMs
  }
}
