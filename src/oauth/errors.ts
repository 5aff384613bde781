import { GatewayError } from '../shared/errors.ts'

/** Every OAuth error code we answer with: the status of its JSON answer, and where it is defined. */
export const oauthErrorStatuses = {
  // RFC 6749 §5.2
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  // RFC 6749 §4.1.2.1
  access_denied: 400,
  unsupported_response_type: 400,
  server_error: 500,
  temporarily_unavailable: 503,
  // RFC 6750 §3.1
  invalid_token: 401,
  insufficient_scope: 403,
  // RFC 7591 §3.2.2
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  // RFC 7009 §2.2.1
  unsupported_token_type: 400,
  // RFC 9101 §6.2, used by RFC 9126 §2.1
  invalid_request_uri: 400,
  // RFC 9396 §5
  invalid_authorization_details: 400,
  // CDS-WG1-02 §8.3 #grant-authorization-requests
  cds_grant_id_invalid_value: 400,
  // CDS-WG3-01 §7.4.3 #auth-details-error-if-no-preselections
  no_preselections: 400,
} as const

export type OAuthErrorCode = keyof typeof oauthErrorStatuses

/** A rule of OAuth is broken. `description` goes to the client; it never repeats a token, a code or a secret. */
export class OAuthError extends GatewayError {
  readonly permanent = true
  readonly code: OAuthErrorCode
  readonly status: number
  readonly description: string

  constructor(code: OAuthErrorCode, description: string, options?: ErrorOptions) {
    super(`${code}: ${description}`, options)
    this.code = code
    this.status = oauthErrorStatuses[code]
    this.description = description
  }
}

/** The JSON body of an OAuth error, RFC 6749 §5.2. */
export function toErrorBody({ code, description }: OAuthError): { error: string; error_description: string } {
  return { error: code, error_description: toErrorText(description) }
}

/** RFC 6749 §5.2 allows %x20-21, %x23-5B and %x5D-7E in a description: the rest becomes its nearest sign. */
export function toErrorText(text: string): string {
  return text.replace(/["“”]/g, "'").replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')
}

/** The challenge that a 401 and a 403 carry: RFC 6749 §5.2 for clients, RFC 6750 §3 for tokens. */
export function toChallenge(error: OAuthError): string | undefined {
  if (error.code === 'invalid_client') return 'Basic realm="cds", charset="UTF-8"'
  if (error.code !== 'invalid_token' && error.code !== 'insufficient_scope') return undefined
  return `Bearer realm="cds", error="${error.code}", error_description="${toErrorText(error.description)}"`
}

/** What a token opens has changed since its access was loaded. Never an answer: the access is loaded anew. */
export class StaleAccessError extends GatewayError {
  readonly permanent = false

  constructor() {
    super('the access was kept from an earlier request and has changed since')
  }
}
