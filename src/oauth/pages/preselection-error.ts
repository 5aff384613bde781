import { html } from '../../shared/html.ts'
import type { OpenRequest } from '../consent/open-request.ts'
import { preselectionFields } from '../consent/preselect.ts'
import type { Section } from '../consent/sections.ts'
import { signInPath } from '../consent/sign-in-path.ts'
import type { OauthSettings } from '../settings.ts'
import { layout, type Page } from './layout.ts'

const NAMES: Readonly<Record<string, string>> = {
  account_numbers: 'Accounts',
  contract_numbers: 'Service contracts',
  service_types: 'Types of service',
  servicepoint_numbers: 'Service points',
  premise_numbers: 'Premises',
  meter_numbers: 'Meters',
}

/** CDS-WG3-01 §9.3.1 #preselection-error: the customer has none of what was asked for, and chooses how to go on. */
export function preselectionErrorPage(
  section: Section,
  { client, asked, csrf }: OpenRequest,
  origins: readonly string[],
  settings: OauthSettings,
): Page {
  const wanted = preselectionFields(section).map(
    ([field, values]) => html`<li>${NAMES[field] ?? field}: ${values.join(', ').replaceAll('_', ' ')}</li>`,
  )
  const content = html`<p class="alert" role="alert"><strong>${client.clientName}</strong> asks for access to something that is not under the profile you signed in with:</p>
<ul>${wanted}</ul>
<form method="post" action="/oauth/consent/${asked.requestId}/decision">
<input type="hidden" name="csrf" value="${csrf}">
<p class="actions">
<a class="button" href="${signInPath(asked.requestId, asked.utilityId ?? '')}">Sign in as somebody else</a>
<button class="quiet" name="decision" value="no_preselections">Decline and go back</button>
</p>
</form>`
  return { body: layout('Nothing to share', content, settings), formTargets: origins }
}
