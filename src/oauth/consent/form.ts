import { authorizationFormPage, type Ticked } from '../pages/authorization-form.ts'
import type { Page } from '../pages/layout.ts'
import { preselectionErrorPage } from '../pages/preselection-error.ts'
import type { Decision } from './approve.ts'
import { deriveSecret } from './browser.ts'
import type { ConsentDeps } from './consent-deps.ts'
import type { CustomerContract } from './customer-sign-in.ts'
import type { OpenRequest } from './open-request.ts'
import { lacksPreselections, preselect } from './preselect.ts'
import { requestedOf, type Section, toSections } from './sections.ts'

/** What the form is made of, before anything is ticked. */
export interface Form {
  sections: Section[]
  contracts: CustomerContract[]
  utilityName: string
}

/** Loads what the customer has; they have signed in. */
export async function loadForm(
  { asked, client }: OpenRequest,
  { customerSignIn }: Pick<ConsentDeps, 'customerSignIn'>,
): Promise<Form> {
  if (asked.utilityAuthorizationId === null) throw new Error('a form without a sign-in')
  const { contracts } = await customerSignIn.loadCustomer(asked.utilityAuthorizationId)
  const environment = client.status === 'production' ? 'production' : 'sandbox'
  const utility = customerSignIn.listUtilities(environment).find(({ id }) => id === asked.utilityId)
  return { sections: toSections(requestedOf(asked)), contracts, utilityName: utility?.name ?? 'your utility' }
}

/** The form with its preselections or, sent back with a fault, with what the customer had ticked. */
export function formPage(
  form: Form,
  open: OpenRequest,
  { settings }: Pick<ConsentDeps, 'settings'>,
  again?: { decisions: readonly Decision[]; fault: string },
): Page {
  const origins = [new URL(open.asked.redirectUri).origin]
  const lacking = form.sections.find((section) => lacksPreselections(section, form.contracts))
  if (lacking) return preselectionErrorPage(lacking, open, origins, settings)
  return authorizationFormPage(
    {
      open,
      utilityName: form.utilityName,
      contracts: form.contracts,
      sections: form.sections.map((section, index) => ({
        section,
        ticked: toTicked(again?.decisions[index]) ?? preselect(section, form.contracts),
      })),
      receiptPath: `/receipts/${deriveSecret(open.browser, open.asked.requestId, 'receipt')}`,
      fault: again?.fault,
    },
    origins,
    settings,
  )
}

function toTicked(decision: Decision | undefined): Ticked | undefined {
  if (!decision) return undefined
  const { serviceContractIds, includeFuture } = decision.selection
  return { contractIds: new Set(serviceContractIds), includeFuture }
}
