import { OAuthError } from '../errors.ts'
import type { Check } from './check.ts'

/** RFC 7636 §4.3 and CDS-WG1-02 §3.4: S256 or nothing. A missing method would mean `plain`, so it is refused as well. */
export const checkPkce: Check = ({ code_challenge: challenge, code_challenge_method: method }) => {
  if (challenge === undefined && method === undefined) return
  if (method !== 'S256') throw new OAuthError('invalid_request', 'code_challenge_method must be S256')
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge ?? '')) {
    throw new OAuthError('invalid_request', 'code_challenge must be the base64url of a SHA-256 hash')
  }
}
