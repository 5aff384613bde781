import type { AuthorizationDetail, Grant } from '../oauth/stores.ts'
import { kinds } from './kinds/index.ts'
import type { Include, KindName } from './kinds/kind.ts'
import type { View } from './stores.ts'

/** What views need to know of a scope: the fields it must be treated as having (CDS-WG3-01 §6.1, §6.2). */
export type FindScope = (scopeId: string) => { implied: readonly string[] } | undefined

/**
 * Grants become views, one for each scope of each grant. A pending grant shows what has arrived (CDS-WG1-02 §8.2
 * #grant-statuses: access goes along with the processing); any other shows what is enabled.
 */
export function toViews(grants: readonly Grant[], findScope: FindScope): View[] {
  return grants.flatMap((grant) => {
    const details =
      grant.status === 'pending' ? grant.authorizationDetails : grant.enabledAuthorizationDetails
    return details.flatMap((detail) => {
      const scope = findScope(detail.type)
      return scope ? [toView(grant, detail, scope.implied)] : []
    })
  })
}

function toView(grant: Grant, detail: AuthorizationDetail, implied: readonly string[]): View {
  const set = Object.keys(detail).filter((field) => detail[field] === true)
  const includes = new Set([...set, ...implied].filter(isInclude))
  const start = toMoment(detail.segment_start)
  const end = toMoment(detail.segment_end)
  return {
    utilityAuthorizationIds: grant.utilityAuthorizationIds,
    contracts: toContracts(grant),
    shows: toShows(includes),
    only: toFilters(grant, detail),
    includes,
    valueTypes: toValueTypes(detail.include_usage_segment_value_types),
    ...(start ? { segmentStart: start } : {}),
    ...(end ? { segmentEnd: end } : {}),
    dates: toDates(detail),
  }
}

function isInclude(field: string): field is Include {
  return field.startsWith('include_')
}

/** Fields that add a kind of object (CDS-WG3-01 §7.2.1 #auth-details-include-accounts and its siblings). */
function toShows(includes: ReadonlySet<Include>): View['shows'] {
  const shows = new Set<KindName | 'usage_segments'>(
    kinds.filter(({ addedBy }) => includes.has(addedBy)).map(({ name }) => name),
  )
  if (includes.has('include_usage_segments')) shows.add('usage_segments')
  // CDS-WG3-01 §7.2.2 #auth-details-include-service-contracts: contracts and meters together bring the points between.
  if (shows.has('service_contracts') && shows.has('meter_devices')) shows.add('service_points')
  return shows
}

/** CDS-WG3-01 §9.2.3.2 #contract-selection: "include future" adds those that came under the customer's control after the grant was given. */
function toContracts({ selection, created }: Grant): View['contracts'] {
  if (selection === 'all') return 'all'
  const ids = selection.serviceContractIds
  return selection.includeFuture ? { ids, since: created } : { ids }
}

/** The dates that bound objects of a kind, CDS-WG3-01 §7.3.2 to §7.3.5. */
function toDates(detail: AuthorizationDetail): View['dates'] {
  const fields = kinds.flatMap(({ range }) => (range ? [range.from.field, range.to.field] : []))
  const bounded = fields.flatMap((field) => {
    const value = detail[field]
    return typeof value === 'string' && value !== 'infinite' ? [[field, value] as const] : []
  })
  return Object.fromEntries(bounded)
}

/**
 * CDS-WG3-01 §6.2 #scopes-direct-access: preselection fields constrain responses. In consent scopes they only prefilled the
 * form (§7.1) and are not part of the grant.
 */
function toFilters(grant: Grant, detail: AuthorizationDetail): View['only'] {
  if (grant.selection !== 'all') return {}
  const list = (field: string) => toFilter(detail[field])
  return Object.fromEntries(
    Object.entries({
      accountNumbers: list('account_numbers'),
      contractNumbers: list('contract_numbers'),
      serviceTypes: list('service_types'),
      servicepointNumbers: list('servicepoint_numbers'),
      premiseNumbers: list('premise_numbers'),
      meterNumbers: list('meter_numbers'),
    }).filter(([, value]) => value !== undefined),
  )
}

function toFilter(value: AuthorizationDetail[string] | undefined): readonly string[] | undefined {
  if (!isList(value) || value.includes('_all')) return undefined
  return value
}

/** CDS-WG3-01 §7.2.8.1 #auth-details-include-usage-segment-value-types: null empties, a list restricts, absent restricts nothing. */
function toValueTypes(value: AuthorizationDetail[string] | undefined): View['valueTypes'] {
  if (value === null) return 'none'
  return isList(value) ? new Set(value) : 'all'
}

function isList(value: AuthorizationDetail[string] | undefined): value is readonly string[] {
  return Array.isArray(value)
}

function toMoment(value: AuthorizationDetail[string] | undefined): Date | undefined {
  return typeof value === 'string' && value !== 'infinite' ? new Date(value) : undefined
}
