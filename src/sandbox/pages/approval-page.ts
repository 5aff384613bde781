import { type Html, html } from '../../shared/html.ts'
import type { Custodian } from '../custodian.ts'
import type { AccountHolder } from '../customer-directory.ts'
import { type Agreement, agreementsOf } from '../customers/model.ts'
import { offeredDurations } from '../oauth/durations.ts'
import type { Transaction } from '../oauth/transactions.ts'
import { additionalScope, includesBills, includesCustomer } from '../scope.ts'
import { layout } from './layout.ts'

const SERVICES = ['Electricity', 'Gas', 'Water'] as const

interface ApprovalPage {
  readonly transaction: Transaction
  readonly holder: AccountHolder
  readonly custodian: Custodian
  readonly nothingChosen?: boolean
}

/** Where the customer chooses meters, data and duration, or denies. */
export function approvalPage({ transaction, holder, custodian, nothingChosen = false }: ApprovalPage): Html {
  const { client, scope } = transaction.request
  const isFixed = additionalScope(scope).includes('noedit')
  return layout(
    'Share your data',
    html`<h1>Share your data with ${client.name ?? client.clientId}?</h1>
<p class="soft">You are signed in as ${holder.customer.customerName}.</p>
${nothingChosen && html`<p class="fault" role="alert">Choose at least one meter.</p>`}
<form method="post" action="${custodian.dialect.oauthPath}/decide">
<input type="hidden" name="transaction" value="${transaction.id}">
<fieldset><legend>Meters</legend>
${agreementsOf(holder.customer).map((agreement) => meterChoice(agreement, transaction, custodian))}</fieldset>
<fieldset><legend>Data</legend>
<label class="choice"><input type="checkbox" checked disabled><span>Usage<small>readings of the chosen meters, up to two years back</small></span></label>
${includesBills(scope) && shareChoice('bills', 'Bills', 'monthly totals and charges', isFixed)}${
  includesCustomer(scope) &&
  shareChoice('customer', 'Account', 'name, addresses, account and meter numbers', isFixed)
}</fieldset>
${durationChoice(transaction, custodian, isFixed)}
${isFixed && html`<p class="soft">The application takes all of this or nothing.</p>`}
<div class="buttons"><button name="decision" value="allow">Allow</button><button class="plain" name="decision" value="deny">Deny</button></div>
</form>`,
  )
}

function meterChoice(agreement: Agreement, { request }: Transaction, { dialect }: Custodian): Html {
  const { usagePoint, address, agreementNumber } = agreement
  const checked = isPreselected(
    agreement,
    additionalScope(request.scope),
    dialect.requestableBlocks !== undefined,
  )
  return html`<label class="choice"><input type="checkbox" name="usage_point" value="${usagePoint.id}"${checked && ' checked'}><span>${SERVICES[usagePoint.serviceKind]}, meter ${usagePoint.meterSerialNumber}<small>${address.number} ${address.street}, agreement ${agreementNumber}</small></span></label>
`
}

/** `meters-all` or `meters-{SAID}` choose beforehand; a custodian without these tokens offers all. */
function isPreselected(
  { agreementNumber }: Agreement,
  tokens: readonly string[],
  takesTokens: boolean,
): boolean {
  if (!takesTokens) return true
  return tokens.includes('meters-all') || tokens.includes(`meters-${agreementNumber}`)
}

function shareChoice(value: string, label: string, meaning: string, isFixed: boolean): Html {
  return html`<label class="choice"><input type="checkbox" name="share" value="${value}" checked${isFixed && ' disabled'}><span>${label}<small>${meaning}</small></span></label>
`
}

function durationChoice({ request }: Transaction, { clock }: Custodian, isFixed: boolean): Html {
  const options = offeredDurations(request.scope, clock).map(
    ({ label, endsAt, isPreset }) =>
      html`<option value="${endsAt}"${isPreset && ' selected'}>${label}</option>`,
  )
  return html`<label class="field">For how long<select name="ends_at"${isFixed && ' disabled'}>${options}</select></label>`
}
