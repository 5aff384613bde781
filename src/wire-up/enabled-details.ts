import { scopes } from '../oauth/scopes/index.ts'
import type { AuthorizationDetail, DetailValue, Grant } from '../oauth/stores.ts'
import { fromEspiScope } from '../scope-map/from-espi-scope.ts'
import type { ScopeRequest } from '../scope-map/scope-request.ts'
import type { Clock } from '../shared/clock.ts'
import type { UtilityAuthorization, UtilityAuthorizationStore } from '../upstream/stores.ts'
import type { UtilityRegistry } from '../utility/registry.ts'

export interface EnabledDetailsDeps {
  authorizations: Pick<UtilityAuthorizationStore, 'find'>
  registry: UtilityRegistry
  clock: Clock
}

/**
 * What of a grant's details is really enabled: what the final scope strings of its authorizations granted (CDS-WG1-02 §8.1
 * #grant-format). Of several authorizations, the one that granted more of a scope speaks for it.
 */
export async function enabledDetails(grant: Grant, deps: EnabledDetailsDeps): Promise<AuthorizationDetail[]> {
  const found = await Promise.all(grant.utilityAuthorizationIds.map((id) => deps.authorizations.find(id)))
  const authorizations = found.filter((authorization) => authorization !== undefined)
  return grant.authorizationDetails.flatMap((detail) => {
    const outcomes = authorizations.map((authorization) => enabledBy(authorization, detail, deps))
    return outcomes.find((outcome) => outcome?.whole)?.detail ?? outcomes.find(Boolean)?.detail ?? []
  })
}

function enabledBy(
  { scope, utilityId }: UtilityAuthorization,
  detail: AuthorizationDetail,
  { registry, clock }: EnabledDetailsDeps,
): { detail: AuthorizationDetail; whole: boolean } | undefined {
  const profile = registry.find(utilityId)
  const type = scopes.get(detail.type)?.type
  if (!profile || type === undefined) return undefined
  const { type: _, ...details } = detail
  const { enabled, narrowed } = fromEspiScope(scope, [{ type, details }], { profile, now: clock.now() })
  const [request] = enabled
  return request && { detail: narrowed ? narrowedDetail(detail, request) : detail, whole: !narrowed }
}

/** The same fields in the same order, with the values that were granted. */
function narrowedDetail(detail: AuthorizationDetail, request: ScopeRequest): AuthorizationDetail {
  const values = Object.keys(detail).map((field) => [
    field,
    field === 'type' ? detail.type : toValue(request.details[field], detail[field] ?? null),
  ])
  return { ...Object.fromEntries(values), type: detail.type }
}

function toValue(value: unknown, asked: DetailValue): DetailValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  return Array.isArray(value) ? value.map(String) : asked
}
