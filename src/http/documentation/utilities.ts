import { selfAccessSignIn } from '../../oauth/scopes/registration-fields.ts'
import { type Html, html } from '../../shared/html.ts'
import type { UtilityProfile } from '../../utility/profile.ts'
import type { Chapter } from './parts.ts'

export type DocumentedUtility = Pick<
  UtilityProfile,
  'id' | 'name' | 'environment' | 'selfAccess' | 'testAccounts'
>

/** The registration field, with what CDS-WG1-02 §3.6 #registration-field-types `sso_verification` wants said of its process. */
export function signInSection(utilities: readonly DocumentedUtility[]): Chapter {
  const takers = utilities.filter(({ selfAccess }) => selfAccess.includes('password'))
  const body = html`<p>The registration field <code>${selfAccessSignIn.id}</code>, of the type <code>${selfAccessSignIn.type}</code>. ${selfAccessSignIn.description}</p>
<ol>
<li>A registration with a <code>cds_query_…</code> scope gets a message of the type <code>online_form_request</code>. Its <code>related_uri</code>
is the sign-in page of that client. The link does not expire, and works as often as you like while the client is not disabled.</li>
<li>On the page, choose your utility and enter the username and password of your account there. There is no other identity provider: the utility’s
word is the review. Whoever has the client’s secret can read your data from then on.</li>
<li>The password goes to the utility once, in a token request (RFC 6749 §4.3), and is kept nowhere, nor written to a log. What is kept, encrypted, is the
token that the utility answers with. You can withdraw it at the utility.</li>
<li>A <code>request_update</code> message says <code>pending</code>, and then <code>complete</code> when the accounts are linked. Sign in again to
link further accounts.</li>
</ol>
${
  takers.length > 0
    ? html`<p>Utilities that take a password here:</p><ul>${takers.map(({ name }) => html`<li>${name}</li>`)}</ul>`
    : html`<p>No enabled utility takes a password here at present.</p>`
}`
  return { anchor: selfAccessSignIn.id, title: 'Sign in at your utility', body }
}

/** `cds_test_accounts`, CDS-WG1-02 §3.2 #auth-server-metadata-format. A real utility's customers are never listed. */
export function testAccountsSection(utilities: readonly DocumentedUtility[]): Chapter {
  const sandboxes = utilities.filter(
    ({ environment, testAccounts }) => environment === 'sandbox' && testAccounts.length > 0,
  )
  const body =
    sandboxes.length === 0
      ? html`<p>No utility with test users is enabled on this server.</p>`
      : html`<p>People who do not exist, for sandbox clients. They sign in on the way to the authorization form, and on the sign-in page for
<code>cds_query_…</code> scopes.</p>${sandboxes.map(accountTable)}`
  return { anchor: 'test-accounts', title: 'Test accounts', body }
}

function accountTable({ name, testAccounts }: DocumentedUtility): Html {
  return html`<table>
<caption>${name}</caption>
<thead><tr><th scope="col">Username</th><th scope="col">Password</th><th scope="col">Who</th></tr></thead>
<tbody>${testAccounts.map(
    ({ username, password, description }) =>
      html`<tr><td><code>${username}</code></td><td><code>${password}</code></td><td>${description}</td></tr>`,
  )}</tbody>
</table>\n`
}
