import type { Response } from 'express'
import type { Page } from './layout.ts'

/**
 * Sends a page with a policy that lets nothing in but our own stylesheet and script. `form-action` names the client's redirect URI
 * where a form may lead there: browsers apply it to the redirect after a submit as well.
 */
export function sendPage(
  response: Response,
  status: number,
  { body, formTargets = [], refresh }: Page,
): void {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    `form-action ${["'self'", ...formTargets.filter(isOrigin)].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  if (refresh) response.set('Refresh', `${refresh.seconds}; url=${refresh.path}`)
  response
    .status(status)
    .set({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'X-Robots-Tag': 'noindex',
    })
    .send(body.text)
}

/** Nothing that ends a directive or begins another source, whatever is stored (CSP Level 3 §2.3.1 host-source). */
function isOrigin(text: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(text)
}
