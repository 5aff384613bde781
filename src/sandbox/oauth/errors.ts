import type { Response } from 'express'

type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'

/** A token request is refused, RFC 6749 §5.2. */
export class TokenError extends Error {
  readonly code: TokenErrorCode

  constructor(code: TokenErrorCode, description: string) {
    super(description)
    this.code = code
  }
}

/** RFC 6749 §5.2: 400 with a JSON body; 401 with a challenge when the client is not who it says. */
export function sendTokenError(error: TokenError, response: Response): void {
  const isClientFault = error.code === 'invalid_client'
  if (isClientFault) response.set('WWW-Authenticate', 'Basic realm="sandbox"')
  response
    .status(isClientFault ? 401 : 400)
    .set('Cache-Control', 'no-store')
    .json({ error: error.code, error_description: error.message })
}
