import type { CustomerContract } from './customer-sign-in.ts'
import type { Section } from './sections.ts'

export interface Preselection {
  contractIds: ReadonlySet<string>
  includeFuture: boolean
  /** Whether the request named any preselection. */
  asked: boolean
}

type Matches = (contract: CustomerContract, wanted: readonly string[]) => boolean

const isOneOf = (value: string | null, wanted: readonly string[]) => value !== null && wanted.includes(value)
const shares = (values: readonly string[] | undefined, wanted: readonly string[]) =>
  values?.some((value) => wanted.includes(value)) ?? false

/** How each preselection field finds service contracts (CDS-WG3-01 §7.1 #auth-details-preselection). */
const FIELDS: Readonly<Record<string, Matches>> = {
  account_numbers: ({ accountNumber }, wanted) => wanted.includes('_all') || isOneOf(accountNumber, wanted),
  contract_numbers: ({ contractNumber }, wanted) =>
    wanted.includes('_all') || isOneOf(contractNumber, wanted),
  service_types: ({ serviceTypes }, wanted) => shares(serviceTypes, wanted),
  servicepoint_numbers: ({ servicepointNumbers }, wanted) => shares(servicepointNumbers, wanted),
  premise_numbers: ({ premiseNumbers }, wanted) => shares(premiseNumbers, wanted),
  meter_numbers: ({ meterNumbers }, wanted) => shares(meterNumbers, wanted),
}

/** The preselection fields of a section that hold values: every scope of a section has the same (§7.4.2). */
export function preselectionFields([{ detail }]: Section): [field: string, values: readonly string[]][] {
  return Object.keys(FIELDS).flatMap((field) => {
    const value = detail?.[field]
    return Array.isArray(value) ? [[field, value] satisfies [string, readonly string[]]] : []
  })
}

/**
 * What the form selects before the customer does: what all fields agree on (§7.1, the intersection). Spec silent when the request
 * preselects nothing: then nothing is selected, unless there is only one contract.
 */
export function preselect(section: Section, contracts: readonly CustomerContract[]): Preselection {
  const fields = preselectionFields(section)
  const matching = contracts.filter((contract) =>
    fields.length > 0
      ? fields.every(([field, values]) => FIELDS[field]?.(contract, values))
      : contracts.length === 1,
  )
  return {
    contractIds: new Set(matching.map(({ contractId }) => contractId)),
    // §9.2.3.2 #contract-selection: only these two fields speak of the future.
    includeFuture: fields.some(
      ([field, values]) => /^(account|contract)_numbers$/.test(field) && values.includes('_include_future'),
    ),
    asked: fields.length > 0,
  }
}

/** CDS-WG3-01 §7.4.3 #auth-details-error-if-no-preselections: something was preselected, and the customer has none of it. */
export function lacksPreselections(section: Section, contracts: readonly CustomerContract[]): boolean {
  const wanted = section.some(({ detail }) => detail?.error_if_no_preselections === true)
  const { asked, contractIds } = preselect(section, contracts)
  return wanted && asked && contractIds.size === 0
}
