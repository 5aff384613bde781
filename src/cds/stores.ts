import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { Unstamped } from '../translate/translated.ts'
import type { Account } from './wire/account.ts'
import type { MeterDevice } from './wire/meter-device.ts'
import type { ServiceContract } from './wire/service-contract.ts'
import type { ServicePoint } from './wire/service-point.ts'

/**
 * What one scope of one grant lets a client see: which objects, which of their optional members, from when to when.
 * `cds/views.ts` makes it from the grant; the store asks only which objects match; `cds/visible.ts` trims them.
 */
export interface View {
  utilityAuthorizationIds: readonly UtilityAuthorizationId[]
  /** The service contracts the customer selected (CDS-WG3-01 §9.2.3.2), or all, present and future. */
  serviceContractIds: 'all' | readonly string[]
  shows: {
    accounts: boolean
    serviceContracts: boolean
    servicePoints: boolean
    meterDevices: boolean
    usageSegments: boolean
  }
  /** Preselection fields of direct access scopes, which filter (CDS-WG3-01 §6.2, §7.1). `undefined`: no filter. */
  only: {
    accountNumbers?: readonly string[]
    contractNumbers?: readonly string[]
    serviceTypes?: readonly string[]
    servicepointNumbers?: readonly string[]
    premiseNumbers?: readonly string[]
    meterNumbers?: readonly string[]
  }
  /** The optional members of CDS-WG3-01 §7.2 that this scope includes. */
  includes: ReadonlySet<Include>
  /** Value types shown, CDS-WG3-01 §7.2.8.1; `none` leaves `formats` and `values` empty. */
  valueTypes: 'all' | 'none' | ReadonlySet<string>
  /** CDS-WG3-01 §7.3.6 and §7.3.7; `undefined`: unbounded. */
  segmentStart?: Date
  segmentEnd?: Date
}

export type Include =
  | 'account_numbers'
  | 'account_details'
  | 'account_programs'
  | 'contract_numbers'
  | 'rate_plans'
  | 'service_contract_details'
  | 'service_programs'
  | 'premises'
  | 'service_point_addresses'
  | 'coordinates'
  | 'meter_numbers'
  | 'meter_apps'

/** An object with its stamps and the numbers (indexes) of the views that show it. */
export interface Seen<T> {
  object: T
  created: Date
  modified: Date
  synced: Date
  views: readonly number[]
}

/** A stored usage segment; its values still the exact JSON text. */
export interface StoredSegment {
  id: string
  accountId: string | null
  contractId: string | null
  servicePointId: string
  meterDeviceIds: readonly string[]
  start: Date
  end: Date
  interval: string
  /** JSON text of the formats array. */
  formats: string
  /** JSON text of the value sets. */
  values: string
}

export interface AccountFilter {
  ids?: readonly string[] | undefined
  customerNumbers?: readonly string[] | undefined
  accountNumbers?: readonly string[] | undefined
  statuses?: readonly string[] | undefined
  q?: string | undefined
}

export interface ServiceContractFilter {
  ids?: readonly string[] | undefined
  accountNumbers?: readonly string[] | undefined
  contractNumbers?: readonly string[] | undefined
  statuses?: readonly string[] | undefined
  types?: readonly string[] | undefined
  serviceTypes?: readonly string[] | undefined
  q?: string | undefined
}

export interface ServicePointFilter {
  ids?: readonly string[] | undefined
  numbers?: readonly string[] | undefined
  currentServiceContracts?: readonly string[] | undefined
  previousServiceContracts?: readonly string[] | undefined
  q?: string | undefined
}

export interface MeterDeviceFilter {
  ids?: readonly string[] | undefined
  numbers?: readonly string[] | undefined
  currentServicePoints?: readonly string[] | undefined
  previousServicePoints?: readonly string[] | undefined
  q?: string | undefined
}

export interface UsageSegmentFilter {
  ids?: readonly string[] | undefined
  before?: Date | undefined
  after?: Date | undefined
  accountIds?: readonly string[] | undefined
  accountNumbers?: readonly string[] | undefined
  serviceContractIds?: readonly string[] | undefined
  contractNumbers?: readonly string[] | undefined
  servicePointIds?: readonly string[] | undefined
  servicepointNumbers?: readonly string[] | undefined
  meterDeviceIds?: readonly string[] | undefined
  meterNumbers?: readonly string[] | undefined
  billSectionIds?: readonly string[] | undefined
}

export type RelatedKind = 'accounts' | 'serviceContracts' | 'servicePoints' | 'meterDevices'

/** The read side of customer data. Every call takes the views: there is no way to ask without them. */
export interface CustomerDataReader {
  listAccounts(
    views: readonly View[],
    filter: AccountFilter,
    page: PageRequest,
  ): Promise<Page<Seen<Unstamped<Account>>>>
  listServiceContracts(
    views: readonly View[],
    filter: ServiceContractFilter,
    page: PageRequest,
  ): Promise<Page<Seen<Unstamped<ServiceContract>>>>
  listServicePoints(
    views: readonly View[],
    filter: ServicePointFilter,
    page: PageRequest,
  ): Promise<Page<Seen<Unstamped<ServicePoint>>>>
  listMeterDevices(
    views: readonly View[],
    filter: MeterDeviceFilter,
    page: PageRequest,
  ): Promise<Page<Seen<Unstamped<MeterDevice>>>>
  listUsageSegments(
    views: readonly View[],
    filter: UsageSegmentFilter,
    page: PageRequest,
  ): Promise<Page<Seen<StoredSegment>>>
  /** Service contracts seen through these authorizations that we first met after `since`. */
  serviceContractsSince(
    utilityAuthorizationIds: readonly UtilityAuthorizationId[],
    since: Date,
  ): Promise<string[]>
  /** Of these ids, the ones that some view shows: what a `related_…` list may name. */
  visibleIds(views: readonly View[], kind: RelatedKind, ids: readonly string[]): Promise<ReadonlySet<string>>
}
