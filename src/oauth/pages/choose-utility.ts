import { html } from '../../shared/html.ts'
import type { UtilityChoice } from '../consent/customer-sign-in.ts'
import type { OpenRequest } from '../consent/open-request.ts'
import { signInPath } from '../consent/sign-in-path.ts'
import type { OauthSettings } from '../settings.ts'
import { layout, type Page } from './layout.ts'

/** Which utility the customer is with. */
export function chooseUtilityPage(
  utilities: readonly UtilityChoice[],
  { client, asked }: OpenRequest,
  settings: OauthSettings,
): Page {
  const choices = utilities.map(
    ({ id, name }) =>
      html`<li><a class="button choice" href="${signInPath(asked.requestId, id)}">${name}</a></li>`,
  )
  const content = html`<p><strong>${client.clientName}</strong> asks for access to your utility data. Choose your utility to sign in there and see what is asked for. Nothing is shared before you approve.</p>
<ul class="choices">${choices}</ul>`
  return { body: layout('Choose your utility', content, settings) }
}
