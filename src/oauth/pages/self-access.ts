import { html } from '../../shared/html.ts'
import type { UtilityChoice } from '../consent/customer-sign-in.ts'
import type { OauthSettings } from '../settings.ts'
import type { Client } from '../stores.ts'
import { layout, type Page } from './layout.ts'

export interface SelfAccessContents {
  client: Client
  path: string
  utilities: readonly UtilityChoice[]
  utilityId: string | undefined
  fault?: string | undefined
  linkedTo?: string | undefined
  /** Loading has to wait for the queue. */
  delayed?: boolean | undefined
}

/** Where the owner of a query client shows, by signing in, whose data it is (CDS-WG1-02 §3.6 #registration-field-types). */
export function selfAccessPage(contents: SelfAccessContents, settings: OauthSettings): Page {
  const { client, path, utilities, utilityId, fault, linkedTo, delayed } = contents
  const options = utilities.map(
    ({ id, name }) => html`<option value="${id}"${id === utilityId ? html` selected` : ''}>${name}</option>`,
  )
  const hints = utilities.flatMap(({ testHint }) => testHint ?? [])
  const content = html`${linkedTo === undefined ? '' : html`<p class="success" role="status">Your accounts at ${linkedTo} are linked. ${delayed ? 'Part of this server is restarting: loading their data begins in a few minutes, by itself.' : 'Their data is being loaded.'} Your client can ask for its tokens now. You may close this page, or link more accounts.</p>`}
${fault === undefined ? '' : html`<p class="alert" role="alert">${fault}</p>`}
<p>Sign in at your utility to link your own accounts to the client <strong>${client.clientName}</strong>. From then on, whoever has the secret of that client can read the data of these accounts.</p>
<p>Your password goes to your utility once. We do not keep it.</p>
${
  utilities.length === 0
    ? html`<p class="alert">No utility that takes a password here is enabled. Contact support.</p>`
    : html`<form method="post" action="${path}">
<label class="field">Utility <select name="utility_id" required>${options}</select></label>
<label class="field">Username <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required></label>
<label class="field">Password <input name="password" type="password" autocomplete="current-password" maxlength="200" required></label>
<p class="actions"><button>Sign in and link my accounts</button></p>
</form>`
}
${hints.map((hint) => html`<p class="hint">${hint}</p>`)}
<p><a href="${settings.support}" target="_blank" rel="noopener">Contact support</a></p>`
  return { body: layout('Link your accounts', content, settings) }
}

/** For a link that opens nothing. */
export function invalidLinkPage(reason: string, settings: OauthSettings): Page {
  const content = html`<p class="alert" role="alert">${reason} Take a fresh link from the message in the Messages API: each time the message is read, its link works for 30 days.</p>
<p><a href="${settings.support}" target="_blank" rel="noopener">Contact support</a></p>`
  return { body: layout('Link your accounts', content, settings) }
}
