import type { DetailField } from '../scope.ts'

/** CDS-WG3-01 §7.4.1 #auth-details-selection-type */
export const authorizationFormSelectionType: DetailField = {
  id: 'authorization_form_selection_type',
  role: 'form',
  name: 'Selection',
  description: 'What the customer selects on the authorization form.',
  format: 'choice',
  default: 'service_contract_selection',
  choices: [
    {
      id: 'service_contract_selection',
      name: 'Service contracts',
      description: 'The customer selects service contracts.',
    },
  ],
}

/** CDS-WG3-01 §7.4.2 #auth-details-merge-selections */
export const mergeSelectionWith: DetailField = {
  id: 'merge_selection_with',
  role: 'form',
  name: 'Merge selection',
  description: 'The scope that this one shares its selection with on the authorization form.',
  format: 'string_or_null',
  default: null,
  maximum: 1000,
  minimum: 1,
}

/** CDS-WG3-01 §7.4.3 #auth-details-error-if-no-preselections */
export const errorIfNoPreselections: DetailField = {
  id: 'error_if_no_preselections',
  role: 'form',
  name: 'Error without preselections',
  description: 'Whether the customer is told at once when nothing they have matches the preselection.',
  format: 'boolean',
  default: false,
}

/** CDS-WG3-01 §7.4.5 #auth-details-allow-scope-modifications */
export const allowScopeModifications: DetailField = {
  id: 'allow_scope_modifications',
  role: 'form',
  name: 'Allow modifications',
  description: 'Whether the customer may change the request on the form. Our form offers no changes yet.',
  format: 'boolean',
  default: true,
}

/** What every consent scope takes. Divergence: `jwk` (§7.4.6 #auth-details-jwk) is not offered yet. */
export const formFields: readonly DetailField[] = [
  authorizationFormSelectionType,
  mergeSelectionWith,
  errorIfNoPreselections,
  allowScopeModifications,
]
