import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { layout, type Page } from './layout.ts'

/** Why a request could not be completed, in the customer's words. */
const REASONS = new Map(
  Object.entries({
    invalid_scope: 'it asks for something that this server does not offer to that app',
    invalid_authorization_details: 'its details are not valid',
    invalid_request: 'its parameters are not valid',
    unauthorized_client: 'that app may not ask for this',
    no_preselections: 'you do not have what it asks for',
    cds_grant_id_invalid_value: 'it is about an authorization that does not need you',
    temporarily_unavailable: 'the utility is not answering at the moment',
    server_error: 'something went wrong on our side',
  }),
)

/** For a browser that no longer knows its receipt. */
export function approvedPage(settings: OauthSettings): Page {
  const content = html`<p class="success" role="status">You have approved the authorization request. Your receipt is at the address that the form named. You can close this page.</p>`
  return { body: layout('Request approved', content, settings) }
}

/** CDS-WG3-01 §9.3.3 #default-redirect-error: where customers end who did not approve, when the client has no redirect URI of its own. */
export function defaultRedirectErrorPage(error: string, settings: OauthSettings): Page {
  if (error === 'access_denied') {
    const declined = html`<p>You have declined the authorization request. Nothing is shared. You can close this page.</p>`
    return { body: layout('Request declined', declined, settings) }
  }
  const reason = REASONS.get(error) ?? 'it is not valid'
  const content = html`<p class="alert" role="alert">The authorization request could not be completed: ${reason}.</p>
<p>Please tell the website or app that gave you the link that the request could not be completed.</p>`
  return { body: layout('Request not completed', content, settings) }
}
