import type { AuthorizationDetail, Grant } from '../oauth/stores.ts'
import type { Include, View } from './stores.ts'

type Shows = View['shows']

const NOTHING: Shows = {
  accounts: false,
  serviceContracts: false,
  servicePoints: false,
  meterDevices: false,
  usageSegments: false,
}

/** Fields that add a kind of object (CDS-WG3-01 §7.2.1 #auth-details-include-accounts and its siblings). */
const ADDS_OBJECTS: readonly [field: string, kind: keyof Shows][] = [
  ['include_accounts', 'accounts'],
  ['include_service_contracts', 'serviceContracts'],
  ['include_service_points', 'servicePoints'],
  ['include_meter_devices', 'meterDevices'],
  ['include_usage_segments', 'usageSegments'],
]

/** Fields that add optional members, CDS-WG3-01 §7.2.1.1 to §7.2.4.2. */
const ADDS_MEMBERS: readonly [field: string, include: Include][] = [
  ['include_account_numbers', 'account_numbers'],
  ['include_account_details', 'account_details'],
  ['include_account_programs', 'account_programs'],
  ['include_contract_numbers', 'contract_numbers'],
  ['include_rate_plans', 'rate_plans'],
  ['include_service_contract_details', 'service_contract_details'],
  ['include_service_programs', 'service_programs'],
  ['include_premises', 'premises'],
  ['include_service_point_addresses', 'service_point_addresses'],
  ['include_coordinates', 'coordinates'],
  ['include_meter_numbers', 'meter_numbers'],
  ['include_meter_apps', 'meter_apps'],
]

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
  const has = (field: string) => detail[field] === true || implied.includes(field)
  const start = toMoment(detail.segment_start)
  const end = toMoment(detail.segment_end)
  return {
    utilityAuthorizationIds: grant.utilityAuthorizationIds,
    serviceContractIds: selected(grant),
    shows: toShows(has),
    only: toFilters(grant, detail),
    includes: new Set(ADDS_MEMBERS.filter(([field]) => has(field)).map(([, include]) => include)),
    valueTypes: toValueTypes(detail.include_usage_segment_value_types),
    ...(start ? { segmentStart: start } : {}),
    ...(end ? { segmentEnd: end } : {}),
  }
}

function toShows(has: (field: string) => boolean): Shows {
  const shows = { ...NOTHING }
  for (const [field, kind] of ADDS_OBJECTS) if (has(field)) shows[kind] = true
  // CDS-WG3-01 §7.2.2 #auth-details-include-service-contracts: contracts and meters together bring the points between.
  if (shows.serviceContracts && shows.meterDevices) shows.servicePoints = true
  return shows
}

/** CDS-WG3-01 §9.2.3.2 #contract-selection */
function selected({ selection }: Grant): View['serviceContractIds'] {
  return selection === 'all' ? 'all' : selection.serviceContractIds
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
