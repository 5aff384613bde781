/** How one kind of Data Custodian speaks. Both kinds run side by side under their own paths. */
export interface Dialect {
  readonly id: DialectId
  readonly name: string
  /** Where `/authorize` and `/token` live. */
  readonly oauthPath: string
  /** What ESPI calls the resource endpoint. */
  readonly resourcePath: string
  /** The Function Blocks this custodian can grant. */
  readonly offeredBlocks: readonly number[]
  /** Those a client may ask for; others in a request are overlooked. Undefined: all offered, and any other is refused. */
  readonly requestableBlocks?: readonly number[]
  /** Path from the resource endpoint to a subscription's feed, as the token response gives it. */
  readonly subscriptionPath: 'Batch/Subscription' | 'Subscription'
  /** Whether one Authorization's id is also that of its Subscription and RetailCustomer. */
  readonly oneIdForAll: boolean
  readonly contentType?: string
  /** Prefix of the retail customer schema; without one it is declared on each payload. */
  readonly customerPrefix?: string
  readonly serviceDeliveryPoint: 'serviceDeliveryPoint' | 'ServiceDeliveryPoint'
  /** One MeterReading per channel with one block an entry, or one per month with all its blocks in one content. */
  readonly meterReadingPer: 'channel' | 'month'
  readonly localTimeParametersPer: 'custodian' | 'usagePoint'
  /** Whether a parent links its children's collection only, or children link back to their parent too. */
  readonly linksBack: boolean
  /** How ServiceLocation names its UsagePoint. */
  readonly usagePointUri: 'relative' | 'padded'
  /** Whether published-min and published-max also leave out the entries that are no readings (OpenESPI does). */
  readonly windowLeavesOutContext: boolean
  readonly rotatesRefreshTokens: boolean
}

export type DialectId = 'openespi' | 'utilityapi'

/** As OpenESPI, the reference implementation, and London Hydro speak. */
export const OPENESPI: Dialect = {
  id: 'openespi',
  name: 'Sandbox Power (OpenESPI dialect)',
  oauthPath: '/openespi/oauth',
  resourcePath: '/openespi/espi/1_1/resource',
  offeredBlocks: [
    1, 3, 4, 5, 6, 8, 10, 11, 13, 15, 16, 28, 31, 32, 37, 39, 46, 51, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64,
    65, 69,
  ],
  subscriptionPath: 'Batch/Subscription',
  oneIdForAll: false,
  customerPrefix: 'cust',
  serviceDeliveryPoint: 'serviceDeliveryPoint',
  meterReadingPer: 'channel',
  localTimeParametersPer: 'custodian',
  linksBack: false,
  usagePointUri: 'relative',
  windowLeavesOutContext: true,
  rotatesRefreshTokens: false,
}

/** As the utilities hosted by UtilityAPI speak. */
export const UTILITYAPI: Dialect = {
  id: 'utilityapi',
  name: 'Sandbox Energy (UtilityAPI dialect)',
  oauthPath: '/DataCustodian/sandbox/oauth',
  resourcePath: '/DataCustodian/espi/1_1/resource',
  offeredBlocks: [1, 3, 4, 5, 6, 8, 10, 11, 13, 14, 15, 16, 18, 19, 34, 35, 37, 39, 46, 51],
  requestableBlocks: [4, 16, 46, 51],
  subscriptionPath: 'Subscription',
  oneIdForAll: true,
  contentType: 'atom+xml',
  serviceDeliveryPoint: 'ServiceDeliveryPoint',
  meterReadingPer: 'month',
  localTimeParametersPer: 'usagePoint',
  linksBack: true,
  usagePointUri: 'padded',
  windowLeavesOutContext: false,
  rotatesRefreshTokens: true,
}

export const DIALECTS: readonly Dialect[] = [OPENESPI, UTILITYAPI]
