import { type OAuthError, toErrorText } from '../errors.ts'
import type { OauthSettings } from '../settings.ts'
import type { AuthorizationRequest } from '../stores.ts'

/** The answer of the authorization endpoint (RFC 6749 §4.1.2, §4.1.2.1), with `iss` (RFC 9207 §2). */
export function redirectUrl(
  { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  answer: { code: string } | { error: OAuthError },
  { publicUrl }: Pick<OauthSettings, 'publicUrl'>,
): string {
  const url = new URL(redirectUri)
  if ('code' in answer) {
    url.searchParams.set('code', answer.code)
  } else {
    url.searchParams.set('error', answer.error.code)
    url.searchParams.set('error_description', toErrorText(answer.error.description))
  }
  if (state !== null) url.searchParams.set('state', state)
  url.searchParams.set('iss', publicUrl)
  return url.href
}
