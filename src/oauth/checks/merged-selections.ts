import { canonicalJson } from '../../shared/json.ts'
import type { RequestedScope } from '../details/requested-scopes.ts'
import { OAuthError } from '../errors.ts'
import type { Check } from './check.ts'

/** CDS-WG3-01 §7.4.2 #auth-details-merge-selections: scopes that share a selection must agree about it. */
export const checkMergedSelections: Check = (_parameters, requested) => {
  for (const each of requested) {
    const name = each.detail?.merge_selection_with
    if (typeof name !== 'string') continue
    const other = requested.find(({ scope }) => scope.id === name)
    if (!other?.detail) throw fault(each, 'must name another scope of this request')
    if (other === each) throw fault(each, 'must name another scope than its own')
    if (typeof other.detail.merge_selection_with !== 'string') {
      throw fault(each, `needs ${name} to merge its selection too`)
    }
    checkAgreement(each, other)
  }
}

function checkAgreement(one: RequestedScope, other: RequestedScope): void {
  for (const id of ['authorization_form_selection_type', 'allow_scope_modifications']) {
    if (one.detail?.[id] !== other.detail?.[id]) throw fault(one, `needs the same ${id} in both scopes`)
  }
  const preselections = [...one.scope.fields, ...other.scope.fields].filter(
    ({ role }) => role === 'preselection',
  )
  for (const { id } of preselections) {
    // A field that one of them does not have counts as null.
    const values = [one, other].map(({ detail }) => canonicalJson(detail?.[id] ?? null))
    if (values[0] !== values[1]) throw fault(one, `needs the same ${id} in both scopes`)
  }
}

function fault({ scope }: RequestedScope, rule: string): OAuthError {
  return new OAuthError('invalid_authorization_details', `${scope.id}: merge_selection_with ${rule}`)
}
