import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { actions, layout, type Page } from './layout.ts'

/** The utility does not answer, or with something that is no answer: nothing is lost, the customer can try again. */
export function utilityTroublePage(again: string | undefined, settings: OauthSettings): Page {
  const content = html`<p class="alert" role="alert">Your utility is not answering as it should at the moment. Nothing has been shared.</p>
<p>Wait a little, then try again. If it goes on, ask your utility, or <a href="${settings.support}" target="_blank" rel="noopener">contact support</a>.</p>
${actions(again, 'Try again')}`
  return { body: layout('Your utility is not answering', content, settings) }
}
