import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { actions, layout, type Page } from './layout.ts'

/** The utility no longer honours the sign-in: only the customer can give us another. */
export function signInNeededPage(start: string | undefined, settings: OauthSettings): Page {
  const content = html`<p class="alert" role="alert">Your sign-in at your utility is no longer valid. Nothing has been shared.</p>
<p>Please sign in again to go on with this request.</p>
${actions(start, 'Sign in again')}`
  return { body: layout('Please sign in again', content, settings) }
}
