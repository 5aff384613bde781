import { OAuthError } from './errors.ts'

/** The parameters of an OAuth request, each once. */
export type Parameters = Readonly<Record<string, string>>

/**
 * A parsed form or query becomes parameters. Sent twice is refused, sent empty counts as not sent (RFC 6749 §3.1, §3.2).
 */
export function toParameters(input: unknown): Parameters {
  if (typeof input !== 'object' || input === null) {
    throw new OAuthError('invalid_request', 'send the parameters as application/x-www-form-urlencoded')
  }
  const parameters: Record<string, string> = {}
  for (const [name, value] of Object.entries(input)) {
    if (typeof value !== 'string')
      throw new OAuthError('invalid_request', `a parameter is sent twice: ${name}`)
    if (value !== '') parameters[name] = value
  }
  return parameters
}

/** A parameter that must be there. */
export function need(parameters: Parameters, name: string): string {
  const value = parameters[name]
  if (value === undefined) throw new OAuthError('invalid_request', `the parameter ${name} is missing`)
  return value
}

/** The `authorization_details` parameter, a JSON array as text (RFC 9396 §2). Undefined when not sent. */
export function readAuthorizationDetails({ authorization_details }: Parameters): unknown[] | undefined {
  if (authorization_details === undefined) return undefined
  try {
    const value: unknown = JSON.parse(authorization_details)
    if (Array.isArray(value)) return value
  } catch {
    // Not JSON: the same fault.
  }
  throw new OAuthError('invalid_authorization_details', 'authorization_details must be a JSON array')
}
