import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { layout, type Page } from './layout.ts'

/** We cannot answer: because something is away for a moment, or because of a mistake of ours. */
export function troublePage(isPassing: boolean, settings: Pick<OauthSettings, 'name' | 'support'>): Page {
  const words = isPassing
    ? 'This server is restarting or very busy. Please wait a few seconds, then load this page again.'
    : 'Something went wrong on our side. Please go back and try again.'
  const content = html`<p class="alert" role="alert">${words}</p>
<p>If this keeps happening, <a href="${settings.support}" target="_blank" rel="noopener">contact support</a>.</p>`
  return { body: layout(isPassing ? 'Back in a moment' : 'Something went wrong', content, settings) }
}
