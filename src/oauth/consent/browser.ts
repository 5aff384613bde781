import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'
import { newSecret } from '../../shared/ids.ts'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import type { OauthSettings } from '../settings.ts'
import type { AuthorizationRequest } from '../stores.ts'

type Where = Pick<OauthSettings, 'publicUrl'>

/** The secret of this browser, made and set as a cookie when it has none. It binds a request to who began it. */
export function browserSecret(request: Request, response: Response, settings: Where): string {
  const existing = readCookie(request, cookieName(settings))
  if (existing) return existing
  const secret = newSecret()
  response.cookie(cookieName(settings), secret, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(settings),
    path: '/',
  })
  return secret
}

/** The secret of the browser that began this request; anybody else gets an error page. */
export function requireSameBrowser(
  request: Request,
  { browserHash }: Pick<AuthorizationRequest, 'browserHash'>,
  settings: Where,
): string {
  const secret = readCookie(request, cookieName(settings))
  if (secret && timingSafeEqual(hashSecret(secret), browserHash)) return secret
  throw new OAuthError(
    'invalid_request',
    'this page was opened in another browser, or cookies are off; go back to the link you came from',
  )
}

/** Derives a secret for one purpose of one request: a CSRF token, the code, a receipt's address. Only this browser and we can. */
export function deriveSecret(
  browser: string,
  requestId: string,
  purpose: 'csrf' | 'code' | 'receipt',
): string {
  return createHash('sha256')
    .update(JSON.stringify([purpose, browser, requestId]))
    .digest('base64url')
}

/** `__Host-` ties the cookie to https and this host (RFC 6265bis §4.1.3.2). */
function cookieName(settings: Where): string {
  return isSecure(settings) ? '__Host-cds_browser' : 'cds_browser'
}

function isSecure({ publicUrl }: Where): boolean {
  return publicUrl.startsWith('https:')
}

/** The secret in a cookie of ours; anything else in it counts as nothing. */
export function readCookie(request: Request, name: string): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  return value && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
}
