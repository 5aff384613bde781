import type { ErrorRequestHandler } from 'express'
import { html } from '../../shared/html.ts'
import { TooManyRequestsError } from '../rate-limit.ts'
import type { OauthSettings } from '../settings.ts'
import { layout } from './layout.ts'
import { sendPage } from './send-page.ts'

/** Where people read the answer: 429 as a page. Every other error goes on. */
export function showTooManyRequests(settings: OauthSettings): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (!(error instanceof TooManyRequestsError)) return next(error)
    const minutes = Math.ceil(error.retryAfterMs / 60_000)
    const content = html`<p class="alert" role="alert">There were too many requests. Nothing was done; try again in ${String(minutes)} ${minutes === 1 ? 'minute' : 'minutes'}.</p>
<p><a href="${settings.support}" target="_blank" rel="noopener">Contact support</a></p>`
    response.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)))
    sendPage(response, 429, { body: layout('Too many requests', content, settings) })
  }
}
