import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { layout, type Page } from './layout.ts'

/** The utility does not answer: nothing is lost, the customer can try again. */
export function utilityTroublePage(retryPath: string, settings: OauthSettings): Page {
  const content = html`<p class="alert" role="alert">Your utility is not answering at the moment. Nothing has been shared.</p>
<p><a class="button" href="${retryPath}">Try again</a></p>`
  return { body: layout('Authorization request', content, settings) }
}
