import { type Html, html } from '../../shared/html.ts'
import type { CustomerContract } from '../consent/customer-sign-in.ts'
import { describeData, describeDurations } from '../consent/describe.ts'
import type { OpenRequest } from '../consent/open-request.ts'
import type { Section } from '../consent/sections.ts'
import { signInPath } from '../consent/sign-in-path.ts'
import type { OauthSettings } from '../settings.ts'
import { layout, type Page } from './layout.ts'

/** What is ticked in a section. */
export interface Ticked {
  contractIds: ReadonlySet<string>
  includeFuture: boolean
}

export interface FormContents {
  open: OpenRequest
  utilityName: string
  sections: readonly { section: Section; ticked: Ticked }[]
  contracts: readonly CustomerContract[]
  receiptPath: string
  fault?: string | undefined
}

/** Beyond this many entries the list gets a search, a count and its own scrolling (CDS-WG3-01 §9.2.3.2). */
const LONG_LIST = 10

/** The authorization form, CDS-WG3-01 §9.2 #auth-form, its parts in the order of §9.2.1 #auth-form-layout. */
export function authorizationFormPage(
  contents: FormContents,
  origins: readonly string[],
  settings: OauthSettings,
): Page {
  const { open, utilityName, sections, contracts, fault } = contents
  const content = html`${requester(open)}
${fault === undefined ? '' : html`<p class="alert" role="alert">${fault}</p>`}
<form method="post" action="/oauth/consent/${open.asked.requestId}/decision">
<input type="hidden" name="csrf" value="${open.csrf}">
${sections.map(({ section, ticked }, index) => requestSection(section, ticked, contracts, index, sections.length))}
${closing(contents, settings)}
<p class="actions">
<button name="decision" value="approve">Approve</button>
<button class="quiet" name="decision" value="decline" formnovalidate>Decline</button>
</p>
<footer>
<p>Signed in at ${utilityName}. <a href="${signInPath(open.asked.requestId, open.asked.utilityId ?? '')}">Sign in as somebody else</a></p>
<p><a href="${settings.support}" target="_blank" rel="noopener">Contact support</a></p>
</footer>
</form>`
  const body = layout('Authorization request', content, settings, { brand: utilityName, script: true })
  return { body, formTargets: origins }
}

/** §9.2.1.2 #auth-form-requester. Spec silent on how to confirm a `client_uri`; we do not, so the name is no link. */
function requester({ client }: OpenRequest): Html {
  return html`<p class="requester"><strong>${client.clientName}</strong> asks you for access to your data.</p>`
}

/** §9.2.1.4 #auth-form-request: data, duration, selection. */
function requestSection(
  section: Section,
  ticked: Ticked,
  contracts: readonly CustomerContract[],
  index: number,
  count: number,
): Html {
  const lines = describeData(section).map(
    ({ text, details }) => html`<li><details><summary>${text}</summary><p>${details}</p></details></li>`,
  )
  return html`<section class="request">
${count > 1 ? html`<h2>Request ${index + 1} of ${count}</h2>` : ''}
<h3>What is shared</h3>
<ul class="data">${lines}</ul>
<h3>For how long</h3>
<ul>${describeDurations(section).map((line) => html`<li>${line}</li>`)}</ul>
${selection(ticked, contracts, index)}
</section>`
}

/** §9.2.3.2 #contract-selection */
function selection(ticked: Ticked, contracts: readonly CustomerContract[], index: number): Html {
  const isLong = contracts.length > LONG_LIST
  const entries = contracts.map((contract) =>
    entry(contract, ticked.contractIds.has(contract.contractId), index),
  )
  return html`<fieldset class="selection" data-selection>
<legend>For which services</legend>
${contracts.length === 0 ? html`<p>Your utility lists no services for you yet.</p>` : ''}
<div class="tools" data-tools hidden>
${isLong ? html`<label class="search">Search <input type="search" data-search autocomplete="off"></label>` : ''}
<span class="buttons"><button type="button" class="link" data-all>Select all</button>
<button type="button" class="link" data-none>Select none</button>
${isLong ? html`<label><input type="checkbox" data-hide> Show selected only</label>` : ''}</span>
<output data-count data-of="${contracts.length}"></output>
</div>
<label class="entry" data-no-script><input type="checkbox" name="all.${index}" value="yes"><span>All of the services below</span></label>
<div class="${isLong ? 'entries long' : 'entries'}" ${isLong ? html`tabindex="0" role="group" aria-label="Services"` : ''}>${entries}</div>
<label class="entry future"><input type="checkbox" name="future.${index}" value="yes"${ticked.includeFuture ? html` checked` : ''}><span>Also services that are added to my accounts later</span></label>
</fieldset>`
}

function entry(contract: CustomerContract, isTicked: boolean, index: number): Html {
  const types = contract.serviceTypes.map((type) => type.replaceAll('_', ' ')).join(', ')
  const numbers = [
    contract.contractNumber === null ? undefined : `Contract ${contract.contractNumber}`,
    contract.accountNumber === null ? undefined : `Account ${contract.accountNumber}`,
    contract.ratePlan === undefined ? undefined : `Rate plan ${contract.ratePlan}`,
  ].filter((number) => number !== undefined)
  return html`<label class="entry" data-entry><input type="checkbox" name="contract.${index}" value="${contract.contractId}"${isTicked ? html` checked` : ''}>
<span><span class="types">${types}</span>
${contract.accountName === undefined ? '' : html`<span>${contract.accountName}</span>`}
${contract.address === undefined ? '' : html`<span>${contract.address}</span>`}
<span class="numbers">${numbers.join(' · ')}</span></span></label>`
}

/** §9.2.1.5 #auth-form-closing: only what must be known. */
function closing({ open, receiptPath }: FormContents, settings: OauthSettings): Html {
  return html`<section class="closing">
<p>If you approve, ${open.client.clientName} gets this data until it ends as written above or you revoke it. Your receipt, where you can revoke it at any time, will be at <a href="${receiptPath}" target="_blank" rel="noopener">this address</a>: keep it.</p>
<p>By approving you agree to the <a href="${settings.termsUrl}" target="_blank" rel="noopener">terms of service</a>.</p>
</section>`
}
