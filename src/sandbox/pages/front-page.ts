import { type Html, html } from '../../shared/html.ts'
import type { Custodian } from '../custodian.ts'
import type { AccountHolder } from '../customer-directory.ts'
import { FAULT_EXAMPLES } from '../faults.ts'
import { layout } from './layout.ts'
import { holderTable } from './login-page.ts'

/** What the sandbox is, whom it knows, where its endpoints are, what can be made to fail. */
export function frontPage(custodians: readonly Custodian[], holders: readonly AccountHolder[]): Html {
  return layout(
    'Sandbox utility',
    html`<h1>Sandbox utility</h1>
<p>A simulated Green Button Connect My Data utility (NAESB ESPI over OAuth 2.0). Its customers are made up and their
readings computed: two years, up to last midnight. The same seed gives the same data.</p>
<h2>Test customers</h2>
${holderTable(holders)}
${custodians.map(custodianSection)}
<h2>Faults</h2>
<p>Send one of these as JSON to <code>POST /_sandbox/faults</code>. <code>path</code> limits it to paths that start so,
<code>times</code> to that many requests. <code>DELETE /_sandbox/faults</code> switches all off.</p>
<table class="stack"><thead><tr><th>JSON</th><th>What happens</th></tr></thead><tbody>
${FAULT_EXAMPLES.map(
  ({
    fault,
    meaning,
  }) => html`<tr><td class="long"><code>${JSON.stringify(fault)}</code></td><td>${meaning}</td></tr>
`,
)}</tbody></table>
<h2>Withdrawing</h2>
<p><code>GET /_sandbox/authorizations</code> lists what customers allowed;
<code>POST /_sandbox/authorizations/{id}/revoke</code> withdraws one, as its customer would.</p>`,
  )
}

function custodianSection({ dialect, baseUrl, clients }: Custodian): Html {
  const oauth = baseUrl() + dialect.oauthPath
  const resources = baseUrl() + dialect.resourcePath
  return html`<h2>${dialect.name}</h2>
<table class="stack"><tbody>
<tr><td>Authorize</td><td class="long"><code>${oauth}/authorize</code></td></tr>
<tr><td>Token</td><td class="long"><code>${oauth}/token</code></td></tr>
<tr><td>Resources</td><td class="long"><code>${resources}</code></td></tr>
<tr><td>Function Blocks</td><td class="long"><code>FB=${(dialect.requestableBlocks ?? dialect.offeredBlocks).join('_')}</code></td></tr>
<tr><td>Clients</td><td>${clients.map(({ clientId }) => html`<code>${clientId}</code> `)}</td></tr>
</tbody></table>`
}
