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

/** A failed connection becomes an UpstreamError that names the fault and nothing that was sent. */
export function toUpstreamError(error: unknown, profile: UtilityProfile): GatewayError {
  if (error instanceof GatewayError) return error
  const code = faultCode(error)
  return new UpstreamError(`${profile.id} could not be asked: ${code}`, {
    utilityId: profile.id,
    // The name points into a private network: it does again next time.
    permanent: code === 'EPRIVATE',
  })
}

function faultCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name
}
