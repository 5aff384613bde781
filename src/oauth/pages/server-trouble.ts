import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { actions, layout, type Page } from './layout.ts'

/** A fault of our own, told without its details. */
export function serverTroublePage(again: string | undefined, settings: OauthSettings): Page {
  const content = html`<p class="alert" role="alert">Something went wrong on our side.</p>
<p>Try again. If it happens once more, please <a href="${settings.support}" target="_blank" rel="noopener">contact support</a>.</p>
${actions(again, 'Try again')}`
  return { body: layout('Something went wrong', content, settings) }
}
