/**
 * The base of every error of ours. `permanent` says whether the same input fails again: only that word decides
 * about a retry. `message` is written for the log; it never holds a token, a name, a number or a reading.
 */
export abstract class GatewayError extends Error {
  abstract readonly permanent: boolean

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** A record of a feed has no counterpart in CDS: that object is left out and reported, the rest goes through. */
export class UntranslatableError extends GatewayError {
  readonly permanent = true
  readonly code: string
  readonly field: string
  readonly value: string | undefined

  constructor(code: string, field: string, value?: string | number | bigint | undefined) {
    super(`${code}: ${field}`)
    this.code = code
    this.field = field
    this.value = value === undefined ? undefined : String(value)
  }
}

/** The utility could not be asked, or answered with a failure. Retried with back-off unless permanent. */
export class UpstreamError extends GatewayError {
  readonly permanent: boolean
  readonly utilityId: string
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  /** The token endpoint answered so, and not a customer's resource. */
  readonly fromTokenEndpoint: boolean

  constructor(
    message: string,
    details: {
      utilityId: string
      status?: number
      fromTokenEndpoint?: boolean
      retryAfterMs?: number
      permanent?: boolean
      cause?: unknown
    },
  ) {
    super(message, { cause: details.cause })
    this.utilityId = details.utilityId
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
    this.fromTokenEndpoint = details.fromTokenEndpoint ?? false
    this.permanent = details.permanent ?? false
  }
}

/** The utility no longer honours the customer's authorization (ESPI Authorization.status 0 or 2, or a dead token). */
export class AuthorizationWithdrawnError extends GatewayError {
  readonly permanent = true
}

/** The utility has taken the request and is still preparing the feed (HTTP 202): ask again later. Not a failure. */
export class NotYetError extends GatewayError {
  readonly permanent = false
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super('the utility is still preparing the feed')
    this.retryAfterMs = retryAfterMs
  }
}

/** Another process is at it, for so long at most: ask again later. Not a failure. */
export class UnderWayError extends GatewayError {
  readonly permanent = false
  readonly retryAfterMs: number

  constructor(what: string, retryAfterMs: number) {
    super(`another process ${what}`)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * A refresh token was lost on its way (the answer to its one use never reached us), and the utility refuses the one we hold. Nothing
 * is sent with it any more; the customer has to sign in again.
 */
export class SignInNeededError extends GatewayError {
  readonly permanent = true
}
