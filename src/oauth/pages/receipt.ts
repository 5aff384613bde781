import { html } from '../../shared/html.ts'
import { describeData, describeDurations } from '../consent/describe.ts'
import type { Section } from '../consent/sections.ts'
import type { OauthSettings } from '../settings.ts'
import type { Client, Grant, GrantStatus, Receipt } from '../stores.ts'
import { layout, type Page } from './layout.ts'

/** The statuses of CDS-WG1-02 §8.2 #grant-statuses in the customer's words. */
const STATUSES: Readonly<Record<GrantStatus, string>> = {
  active: 'Active',
  future: 'Begins later',
  pending: 'Active, your data is being prepared',
  partial: 'Active in part',
  needs_authorization: 'Waiting for an authorization',
  needs_sub_grants: 'Waiting for other authorizations',
  disabled: 'Ended by us',
  suspended: 'Paused',
  revoked: 'Revoked by you',
  closed: 'Ended by the app you authorized',
  expired: 'Expired',
  delayed: 'Active, updates are late',
  stopped: 'Active, without further updates',
  errored: 'Something went wrong, we are looking into it',
}

export interface ReceiptContents {
  receipt: Receipt
  client: Client | undefined
  grants: readonly { grant: Grant; section: Section }[]
  /** Whether something is left to revoke. */
  isOpen: boolean
  revokePath: string
}

/**
 * The authorization receipt, CDS-WG3-01 §9.4 #auth-receipt. Whoever has its address may read it, so it holds nothing of the customer:
 * no numbers, no names, only how many services. Divergence: §9.4 wants a link there to sign in and see which; it is not offered yet.
 */
export function receiptPage(contents: ReceiptContents, settings: OauthSettings): Page {
  const { receipt, client, grants, isOpen, revokePath } = contents
  const date = receipt.created.toLocaleString('en', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: settings.timezone,
  })
  const renamed = client && client.clientName !== receipt.clientName ? ` (now ${client.clientName})` : ''
  const content = html`<dl>
<dt>Status</dt><dd>${[...new Set(grants.map(({ grant }) => STATUSES[grant.status]))].join('; ')}</dd>
<dt>Confirmation number</dt><dd class="confirmation">${receipt.confirmation}</dd>
<dt>Date</dt><dd><time datetime="${receipt.created.toISOString()}">${date} (${settings.timezone})</time></dd>
<dt>Who you authorized</dt><dd>${receipt.clientName}${renamed}</dd>
</dl>
${grants.map(
  ({ grant, section }) => html`<section class="request">
<h3>What you approved</h3>
<ul>${describeData(section).map(({ text }) => html`<li>${text}</li>`)}</ul>
<h3>For how long</h3>
<ul>${describeDurations(section).map((line) => html`<li>${line}</li>`)}</ul>
<h3>For which services</h3>
<p>${describeSelection(grant)}</p>
</section>`,
)}
<p>Under these terms: <a href="${settings.termsUrl}" target="_blank" rel="noopener">terms of service</a></p>
${isOpen ? html`<form method="post" action="${revokePath}"><p>Changed your mind? <button class="danger">Revoke access</button></p></form>` : ''}
<p>Have a question? <a href="${settings.support}" target="_blank" rel="noopener">Contact support</a></p>`
  return { body: layout('Authorization receipt', content, settings, { brand: receipt.utilityName }) }
}

function describeSelection({ selection }: Grant): string {
  if (selection === 'all') return 'All services.'
  const count = selection.serviceContractIds.length
  const future = selection.includeFuture ? ', and services added later' : ''
  return `${count} ${count === 1 ? 'service' : 'services'}${future}.`
}
