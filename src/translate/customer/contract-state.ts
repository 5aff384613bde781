import type { ServiceContract } from '../../cds/wire/service-contract.ts'
import { findElement, findInteger, findText } from '../../espi/elements.ts'
import type { CustomerAgreement } from '../../espi/resolved.ts'
import { timeOf } from '../read-text.ts'
import { toContractStatus } from './status.ts'

/** Ends beyond this are a custodian's way to say "open": real feeds carry durations of thousands of years. */
const OPEN_FROM = Date.UTC(2200, 0, 1) / 1000

/** validityInterval in epoch seconds; undefined is open. */
export function validityOf({ item }: CustomerAgreement): {
  from: number | undefined
  to: number | undefined
} {
  const interval = findElement(item.element, 'validityInterval')
  const start = timeOf(findText(interval, 'start')) ?? 0
  const end = start + (findInteger(interval, 'duration') ?? 0)
  return { from: start > 0 ? start : undefined, to: end > start && end < OPEN_FROM ? end : undefined }
}

/** Whether a contract holds, and since and until when, epoch seconds; `end` is null while it goes on, undefined where nobody knows. */
export interface ContractState {
  status: ServiceContract['contract_status']
  start: number | undefined
  end: number | null | undefined
}

/** The status of an agreement, by its word, else by its dates as of a time; and its dates, as far as they are true then. */
export function contractStateOf(agreement: CustomerAgreement, asOf: number): ContractState {
  const { from, to } = validityOf(agreement)
  const ended = to !== undefined && to <= asOf
  const begun = from !== undefined && from <= asOf
  const status = toContractStatus(agreement.item.element, { ended, begun })
  return { status, start: from, end: endOf(status, { from, to, asOf }) }
}

/**
 * CDS-WG3-01 §10.2.1 #service-contract-format: null while the agreement goes on, whatever end it is to have; that one stands in
 * `espi_customer_agreement`. A custodian that calls an agreement active goes on with it. Without any date, or any time to compare
 * it with, nobody knows.
 */
function endOf(
  status: ContractState['status'],
  { from, to, asOf }: { from: number | undefined; to: number | undefined; asOf: number },
): number | null | undefined {
  if (to !== undefined && to <= asOf && status !== 'active') return to
  const isKnown = status !== 'closed' && (status !== 'unknown' || asOf > 0)
  return isKnown && (from ?? to) !== undefined ? null : undefined
}

/** §10.3.1 #service-point-format: whether it is one of the previous contracts of a service point. One that is yet to begin is none. */
export function isOver({ status, end }: ContractState): boolean {
  return status === 'closed' || typeof end === 'number'
}
