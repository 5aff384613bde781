import type { Request, Response } from 'express'
import type { OauthSettings } from '../settings.ts'
import { readCookie } from './browser.ts'

const NAME = 'cds_receipt'
const PATH = '/oauth/default-redirect'

/** The default redirect URI leads on to the receipt (CDS-WG3-01 §9.1.1 #auth-requests); the browser remembers which, for ten minutes. */
export function rememberReceipt(
  response: Response,
  secret: string,
  { publicUrl }: Pick<OauthSettings, 'publicUrl'>,
): void {
  response.cookie(NAME, secret, {
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    path: PATH,
    maxAge: 600_000,
  })
}

/** The receipt this browser was last given. */
export function rememberedReceipt(request: Request): string | undefined {
  return readCookie(request, NAME)
}
