import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { Agreement, Customer, UsagePoint, Window } from '../customers/model.ts'
import { agreementsOf } from '../customers/model.ts'
import type { Dialect } from '../dialect.ts'

/** What one authorization lets a client read, ready to be written as feeds. */
export interface Subscription {
  readonly id: string
  readonly retailCustomerId: string
  readonly dialect: Dialect
  /** Absolute resource endpoint, no slash at the end. */
  readonly resourceUri: string
  readonly customer: Customer
  readonly agreements: readonly Agreement[]
  readonly history: Window
  readonly calendar: LocalCalendar
  readonly includesBills: boolean
  readonly now: number
}

/** The agreements of a customer that were chosen, all when none is named. */
export function chosenAgreements(customer: Customer, usagePointIds: readonly string[]): Agreement[] {
  return agreementsOf(customer).filter(({ usagePoint }) => usagePointIds.includes(usagePoint.id))
}

/** Path of a UsagePoint's own resource, below the resource endpoint. */
export function usagePointPath(subscription: Pick<Subscription, 'id'>, point: UsagePoint): string {
  return `Subscription/${subscription.id}/UsagePoint/${point.id}`
}
