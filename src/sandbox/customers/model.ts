import type { LocalDay } from '../../shared/local-calendar.ts'

/** From `from` up to, not with, `to`; epoch seconds. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** One retail customer of the simulated utility, with everything that its feeds say. */
export interface Customer {
  /** Stable part of URIs: letters, digits, `-`. */
  readonly id: string
  readonly username: string
  readonly password: string
  readonly description: string
  readonly customerName: string
  readonly kind: 'residential' | 'residentialFarmService' | 'commercialIndustrial'
  readonly address: Address
  readonly phone: { readonly areaCode: string; readonly localNumber: string }
  readonly email: string
  readonly accounts: readonly Account[]
}

export interface Address {
  readonly number: string
  readonly street: string
  readonly town: string
  readonly stateOrProvince: string
  readonly postalCode: string
}

export interface Account {
  readonly id: string
  readonly accountNumber: string
  readonly agreements: readonly Agreement[]
}

/** A CustomerAgreement: one service contract at one service location, with its rate plan. */
export interface Agreement {
  readonly id: string
  readonly agreementNumber: string
  readonly ratePlan: RatePlan
  /** Epoch seconds from which the agreement holds. */
  readonly validFrom: number
  readonly address: Address
  readonly usagePoint: UsagePoint
}

export interface RatePlan {
  readonly code: string
  readonly name: string
  /** Price of one billed unit, in 10⁻⁵ of the currency. */
  readonly unitCost: bigint
  /** A billed unit is 10^`unitExponent` of the reading's unit of measure: 3 for kWh of Wh. */
  readonly unitExponent: number
  /** Fixed charge of a month, in 10⁻⁵ of the currency. */
  readonly monthlyCharge: bigint
}

export interface UsagePoint {
  readonly id: string
  /** ServiceCategory.kind: 0 electricity, 1 gas, 2 water. */
  readonly serviceKind: 0 | 1 | 2
  readonly meterSerialNumber: string
  readonly formNumber: string
  /** What is billed comes first. */
  readonly channels: readonly Channel[]
}

/** One kind of reading that a meter delivers: becomes MeterReading, ReadingType and IntervalBlocks. */
export interface Channel {
  readonly id: string
  readonly readingType: ReadingType
  /** How much one IntervalBlock holds, where the custodian does not make one a day anyway. */
  readonly blockLength: 'day' | 'month'
  /** The readings of one local day, in order of time. */
  readings(day: LocalDay): Reading[]
}

export interface ReadingType {
  readonly accumulationBehaviour: number
  readonly commodity: number
  readonly dataQualifier?: number
  readonly defaultQuality?: number
  readonly flowDirection: number
  readonly intervalLength: number
  readonly kind: number
  readonly phase?: number
  readonly powerOfTenMultiplier: number
  readonly uom: number
}

/** `value × 10^powerOfTenMultiplier` in `uom`. */
export interface Reading {
  readonly start: number
  readonly duration: number
  readonly value: bigint
  readonly quality?: number
  readonly tou?: number
}

/** One IntervalBlock; its readings are computed when asked for. */
export interface Block {
  readonly window: Window
  readings(): Reading[]
}

/** Every usage point of a customer, in the order of its feeds. */
export function usagePointsOf(customer: Customer): UsagePoint[] {
  return agreementsOf(customer).map((agreement) => agreement.usagePoint)
}

/** Every agreement of a customer, in the order of its feeds. */
export function agreementsOf(customer: Customer): Agreement[] {
  return customer.accounts.flatMap((account) => account.agreements)
}
