import type { Account } from '../../cds/wire/account.ts'
import type { ServiceContract } from '../../cds/wire/service-contract.ts'
import { findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'

/** ESPI Status.value is free text; these are the words whose meaning is plain. */
const STATUSES: ReadonlyMap<string, 'active' | 'closed' | 'suspended'> = new Map([
  ['active', 'active'],
  ['open', 'active'],
  ['closed', 'closed'],
  ['final', 'closed'],
  ['terminated', 'closed'],
  ['suspended', 'suspended'],
  ['disconnected', 'suspended'],
])

function statusOf(element: Element | undefined): 'active' | 'closed' | 'suspended' | undefined {
  const word = findText(element, 'status', 'value') ?? findText(element, 'docStatus', 'value')
  return word === undefined ? undefined : STATUSES.get(word.toLowerCase())
}

/** CDS-WG3-01 §10.1.3 #account-statuses */
export function toAccountStatus(element: Element | undefined): NonNullable<Account['account_status']> {
  return statusOf(element) ?? 'unknown'
}

/** CDS-WG3-01 §10.2.3 #contract-statuses. Without a word for it, the agreement's own dates tell. */
export function toContractStatus(
  element: Element,
  validity: { ended: boolean; begun: boolean },
): ServiceContract['contract_status'] {
  const status = statusOf(element)
  if (status === 'suspended') return 'paused'
  if (status) return status
  if (validity.ended) return 'closed'
  return validity.begun ? 'active' : 'unknown'
}

/** The first word that means this status, as custodians write it; undefined for a status that ESPI has no plain word for. */
export function wordOfStatus(status: string | undefined): string | undefined {
  const meaning = status === 'paused' ? 'suspended' : status === 'stopped' ? 'closed' : status
  const word = [...STATUSES].find(([, known]) => known === meaning)?.[0]
  return word && `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}
