import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { layout, type Page } from './layout.ts'

/** CDS-WG3-01 §9.3.2 #request-error: what is wrong cannot be told to the client, so the customer is told. */
export function invalidRequestPage(reason: string, settings: OauthSettings): Page {
  const content = html`<p class="alert" role="alert">This authorization request cannot be completed: ${reason}.</p>
<p>Please tell the website or app that gave you this link that the link is not valid.</p>
<p><a href="${settings.support}" target="_blank" rel="noopener">Contact support</a></p>`
  return { body: layout('Authorization request', content, settings) }
}
