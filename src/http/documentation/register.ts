import type { OauthSettings } from '../../oauth/settings.ts'
import type { Urls } from '../../oauth/urls.ts'
import { html } from '../../shared/html.ts'
import { anchorLinks, type Chapter, codeBlock } from './parts.ts'

const EXAMPLE = JSON.stringify({
  client_name: 'My first client',
  scope: 'cds_client_admin cds_grant_admin cds_usage',
})

/** CDS-WG1-02 §4 #client-registration-process; also `cds_human_registration` (§3.2 #auth-server-metadata-format). */
export function registerSection(urls: Urls, { support, environments }: OauthSettings): Chapter {
  const body = html`<p>Registration is one request, and needs nobody’s approval. Name the <a href="#scopes">scopes</a> you want,
<code>cds_client_admin</code> among them:</p>
${codeBlock(`curl -s ${urls.register} -H 'Content-Type: application/json' \\\n  -d '${EXAMPLE}'`)}
<p>The answer is your administration client with its secret. With it, get a token at <code>${urls.token}</code>
(<code>client_credentials</code>, scope ${anchorLinks(['cds_client_admin'])}). The Clients API then shows the other clients, the Credentials API
their secrets, and the Messages API what is left to do. Set <code>redirect_uris</code> with a PUT to the client that asks customers.</p>
<p>A registration none of whose clients gets a token within seven days is deleted. The link in a message that asks you to sign in works for 30
days after the message was read; read it again for a fresh one.</p>
<p>${
    environments.includes('production')
      ? 'Clients for test users and clients for customers are made together.'
      : 'Clients for customer data begin in the sandbox: they reach test users only.'
  } Whoever cannot send such a request <a href="${support}">asks support</a> to do it for them.</p>`
  return { anchor: 'register', title: 'Register a client', body }
}
