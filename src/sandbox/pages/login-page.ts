import { type Html, html } from '../../shared/html.ts'
import type { Custodian } from '../custodian.ts'
import type { AccountHolder } from '../customer-directory.ts'
import type { Transaction } from '../oauth/transactions.ts'
import { layout } from './layout.ts'

/** Where the customer signs in; the test customers are printed below. */
export function loginPage(page: { transaction: Transaction; custodian: Custodian; failed?: boolean }): Html {
  const { transaction, custodian, failed = false } = page
  const { client } = transaction.request
  return layout(
    'Sign in',
    html`<h1>Sign in to ${custodian.dialect.name}</h1>
<p class="soft">${client.name ?? client.clientId} asks for data of your account. Sign in to decide.</p>
${failed && html`<p class="fault" role="alert">The username or password is wrong.</p>`}
<form method="post" action="${custodian.dialect.oauthPath}/login">
<input type="hidden" name="transaction" value="${transaction.id}">
<label class="field">Username<input type="text" name="username" autocomplete="off" autocapitalize="none" required autofocus></label>
<label class="field">Password<input type="password" name="password" autocomplete="off" required></label>
<button>Sign in</button>
</form>
<h2>Test customers</h2>
${holderTable(custodian.directory.holders())}`,
  )
}

/** The test customers with their passwords. */
export function holderTable(holders: readonly AccountHolder[]): Html {
  const rows = holders.map(
    ({ customer }) =>
      html`<tr><td class="long"><code>${customer.username}</code></td><td><code>${customer.password}</code></td><td>${customer.description}</td></tr>
`,
  )
  return html`<table class="stack">
<thead><tr><th>Username</th><th>Password</th><th>What the customer has</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`
}
