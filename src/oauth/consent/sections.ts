import type { RequestedScope } from '../details/requested-scopes.ts'
import { scopeIds, scopes } from '../scopes/index.ts'
import type { AuthorizationRequest } from '../stores.ts'

/** One request section of the form: scopes that share a selection (CDS-WG3-01 §9.2.1.4 #auth-form-request). */
export type Section = readonly [RequestedScope, ...RequestedScope[]]

/** A kept request, or a grant, becomes the scopes it is about again. It was checked when it was made. */
export function requestedOf({
  scope,
  authorizationDetails,
}: Pick<AuthorizationRequest, 'scope' | 'authorizationDetails'>): RequestedScope[] {
  return scopeIds(scope).flatMap((id) => {
    const found = scopes.get(id)
    return found ? [{ scope: found, detail: authorizationDetails.find(({ type }) => type === id) }] : []
  })
}

/** One section for each scope, except that scopes which merge their selections share one, however they are chained. */
export function toSections(requested: readonly RequestedScope[]): Section[] {
  const sections: [RequestedScope, ...RequestedScope[]][] = []
  for (const each of requested) {
    const related = sections.filter((section) => section.some((other) => areMerged(each, other)))
    const [first, ...others] = related
    if (!first) {
      sections.push([each])
      continue
    }
    first.push(each, ...others.flat())
    for (const other of others) sections.splice(sections.indexOf(other), 1)
  }
  return sections
}

function areMerged(one: RequestedScope, other: RequestedScope): boolean {
  return (
    one.detail?.merge_selection_with === other.scope.id || other.detail?.merge_selection_with === one.scope.id
  )
}
