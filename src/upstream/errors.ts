import { GatewayError, UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'

/** The utility did not accept what the customer brought: a wrong password, or a code that is no longer good. */
export class SignInRefusedError extends GatewayError {
  readonly permanent = true
  readonly reason: 'wrong_credentials' | 'code_not_accepted'

  constructor(reason: 'wrong_credentials' | 'code_not_accepted') {
    super(`the utility refused the sign-in: ${reason}`)
    this.reason = reason
  }
}

/** The token endpoint answered with an error of RFC 6749 §5.2, or with a 4xx that names none. */
export class TokenRefusedError extends GatewayError {
  readonly permanent = true
  readonly status: number
  readonly code: string | undefined

  constructor(status: number, code: string | undefined) {
    super(`the token endpoint answered ${status} ${code ?? 'without an error code'}`)
    this.status = status
    this.code = code
  }
}

/** A resource answered 401 or 403 to our access token, which may be no more than an old token. */
export class AccessRefusedError extends GatewayError {
  readonly permanent = false
  readonly status: 401 | 403

  constructor(status: 401 | 403) {
    super(`the resource answered ${status} to our access token`)
    this.status = status
  }
}

/** No connection came about: the request was never sent, so that the utility cannot have done anything with it. */
export class NotSentError extends UpstreamError {}

/** A failed connection becomes an UpstreamError that names the fault and nothing that was sent. */
export function toUpstreamError(error: unknown, profile: UtilityProfile): GatewayError {
  if (error instanceof GatewayError) return error
  const utilityId = profile.id
  if (error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name)) {
    return new UpstreamError(`the time for this request to ${utilityId} is up`, { utilityId })
  }
  const code = faultCode(error)
  const message = `${utilityId} could not be asked: ${code}`
  // A name that points into a private network does so again next time.
  const details = { utilityId, permanent: code === 'EPRIVATE' }
  return neverSent(error) ? new NotSentError(message, details) : new UpstreamError(message, details)
}

function faultCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name
}

/** Faults of looking a name up, connecting, and checking the other side's certificate: all of them come before the request. */
const BEFORE_SENDING =
  /^(EPRIVATE|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/

function neverSent(error: unknown): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(neverSent)
  const isConnect = error instanceof Error && 'syscall' in error && error.syscall === 'connect'
  return isConnect || BEFORE_SENDING.test(faultCode(error))
}
