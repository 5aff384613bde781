import type { ScopeRequest } from './scope-request.ts'

/** What a CDS scope needs of a Green Button custodian. */
export type Need = 'customer' | 'usage' | 'bills'

/**
 * CDS-WG3-01 §6 #scopes: what must be granted for a scope of this type to be enabled at all, in the specification's order.
 * The customer's own resources are asked for with every one of them, since the authorization form lists what they bring.
 */
const NEED_OF_TYPE: ReadonlyMap<string, Need> = new Map([
  ['cds_rate_plan', 'customer'],
  ['cds_account_programs', 'customer'],
  ['cds_service_programs', 'customer'],
  ['cds_accounts', 'customer'],
  ['cds_service_contracts', 'customer'],
  ['cds_meters', 'customer'],
  ['cds_bill_statements', 'bills'],
  ['cds_service_bills', 'bills'],
  ['cds_usage', 'usage'],
  ['cds_query_accounts', 'customer'],
  ['cds_query_service_contracts', 'customer'],
  ['cds_query_service_points', 'customer'],
  ['cds_query_meter_devices', 'customer'],
  ['cds_query_bill_statements', 'bills'],
  ['cds_query_bill_sections', 'bills'],
  ['cds_query_usage', 'usage'],
])

/** CDS-WG3-01 §7.2 #auth-details-included-data: what a field adds to the data of any scope. */
const NEEDS_OF_FIELD: readonly (readonly [field: string, need: Need])[] = [
  ['include_bill_statements', 'bills'],
  ['include_bill_sections', 'bills'],
  ['include_usage_segments', 'usage'],
]

/** What a requested scope needs; undefined when its type is not about customer data. */
export function needOf({ type }: ScopeRequest): Need | undefined {
  return NEED_OF_TYPE.get(type)
}

/** What the fields of a request add: without it the scope is enabled still, only smaller. */
export function addedNeeds({ details }: ScopeRequest): Map<string, Need> {
  return new Map(NEEDS_OF_FIELD.filter(([field]) => details[field] === true))
}

/** Everything the requests need together. */
export function allNeeds(requests: readonly ScopeRequest[]): Set<Need> {
  const needs = requests.flatMap((request) => [needOf(request), ...addedNeeds(request).values()])
  return new Set(needs.filter((need) => need !== undefined))
}

/** Whether a request's start of data means anything: only usage and bills lie in time. */
export function needsHistory(request: ScopeRequest): boolean {
  const needs = allNeeds([request])
  return needs.has('usage') || needs.has('bills')
}
