import type { ServiceContract, ServiceType } from '../cds/wire/service-contract.ts'
import { childrenOf, findElement, findInteger, findText } from '../espi/elements.ts'
import { inSeconds } from '../espi/integers.ts'
import type { CustomerAccount, CustomerAgreement, UsagePoint } from '../espi/resolved.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { accountIdOf, accountNumberOf } from './account.ts'
import { toAddress } from './address.ts'
import { sectorsOf } from './customer-kind.ts'
import { commodityOfService } from './measurement.ts'
import { toContractStatus } from './status.ts'
import type { TranslateContext, Unstamped } from './translated.ts'

/** A CustomerAgreement with its account and the usage points it serves. */
export interface ContractSource {
  account: CustomerAccount
  agreement: CustomerAgreement
  usagePoints: readonly UsagePoint[]
  /** Epoch seconds of the latest `updated` in the feeds: what "now" is for them; 0 when unknown. */
  asOf: number
}

/** `agreementId`, and in older feeds `name`. */
export function contractNumberOf({ item }: CustomerAgreement): string | undefined {
  return findText(item.element, 'agreementId') ?? findText(item.element, 'name')
}

/** Identity of a contract: its number within its account, else its place in the feed. */
export function contractIdOf(
  account: CustomerAccount,
  agreement: CustomerAgreement,
  context: TranslateContext,
): string {
  const accountId = accountIdOf(account, context)
  const number = contractNumberOf(agreement)
  if (number !== undefined) return context.identify('service_contract', accountId, 'number', number)
  const { self, entry } = agreement.item
  return context.identify('service_contract', accountId, self[0] ?? entry.id ?? `entry ${entry.number}`)
}

/** Ends beyond this are a custodian's way to say "open": real feeds carry durations of thousands of years. */
const OPEN_FROM = Date.UTC(2200, 0, 1) / 1000

/** validityInterval in epoch seconds; undefined is open. */
export function validityOf({ item }: CustomerAgreement): {
  from: number | undefined
  to: number | undefined
} {
  const interval = findElement(item.element, 'validityInterval')
  const start = inSeconds(findInteger(interval, 'start') ?? 0)
  const end = start + (findInteger(interval, 'duration') ?? 0)
  return { from: start > 0 ? start : undefined, to: end > start && end < OPEN_FROM ? end : undefined }
}

/** An ESPI CustomerAgreement becomes a Service Contract, CDS-WG3-01 §10.2.1 #service-contract-format. */
export function toServiceContract(
  source: ContractSource,
  context: TranslateContext,
  calendar: LocalCalendar,
): Unstamped<ServiceContract> {
  const { account, agreement, asOf } = source
  const accountNumber = accountNumberOf(account)
  const address = contractAddress(agreement)
  const { from, to } = validityOf(agreement)
  const ended = to !== undefined && to <= asOf
  return {
    cds_servicecontract_id: contractIdOf(account, agreement, context),
    cds_account_id: accountIdOf(account, context),
    ...(accountNumber !== undefined && { account_number: accountNumber }),
    contract_number: contractNumberOf(agreement) ?? null,
    ...(address !== undefined && { contract_address: address }),
    contract_types: ['utility_service'],
    contract_entity: context.entity,
    contract_status: toContractStatus(agreement.item.element, {
      ended,
      begun: from !== undefined && from <= asOf,
    }),
    ...(from !== undefined && { contract_start: toLocalDate(from, calendar) }),
    // §10.2.1: null says the agreement goes on; without any dates nobody knows.
    ...((from ?? to) !== undefined && { contract_end: to === undefined ? null : toLocalDate(to, calendar) }),
    service_types: toServiceTypes(source),
    ...toRatePlan(source),
    service_programs: [],
  }
}

/** Several locations with several addresses have no address in common: then it is left out. */
function contractAddress({ serviceLocations }: CustomerAgreement): string | undefined {
  const addresses = serviceLocations.map(({ item }) => toAddress(findElement(item.element, 'mainAddress')))
  return new Set(addresses).size === 1 ? addresses[0] : undefined
}

function toServiceTypes({ account, agreement, usagePoints }: ContractSource): ServiceType[] {
  const commodities = usagePoints.map((point) => commodityOfService(serviceKindOf(point)))
  const metered =
    agreement.serviceLocations.some(({ meters }) => meters.length > 0) ||
    usagePoints.some(({ meterReadings }) => meterReadings.length > 0)
  const kind = findText(account.customer?.element, 'kind')
  return [
    ...new Set([
      ...commodities.filter((commodity) => commodity !== undefined),
      ...sectorsOf(kind),
      ...(metered ? (['metered'] as const) : []),
    ]),
  ]
}

/** UsagePoint ServiceCategory.kind */
export function serviceKindOf({ item }: UsagePoint): number | undefined {
  return findInteger(item?.element, 'ServiceCategory', 'kind')
}

/**
 * The code is CustomerAgreement.PricingStructures: a URI, whose last segment names it, or in Ontario plain text. The usage
 * point's tariffProfile is the name beside it, or the code where there is none.
 */
function toRatePlan({
  agreement,
  usagePoints,
}: ContractSource): Pick<ServiceContract, 'rateplan_code' | 'rateplan_name'> {
  const structure = childrenOf(agreement.item.element, 'PricingStructures')
    .map((element) => element.text.trim())
    .find((text) => text !== '')
  const code = structure && lastSegment(structure)
  const profile = usagePoints.map(tariffProfileOf).find((text) => text !== undefined)
  const rateplanCode = code ?? profile
  return {
    ...(rateplanCode !== undefined && { rateplan_code: rateplanCode }),
    ...(code !== undefined && profile !== undefined && { rateplan_name: profile }),
  }
}

function tariffProfileOf({ item }: UsagePoint): string | undefined {
  return findText(item?.element, 'serviceDeliveryPoint', 'tariffProfile')
}

function lastSegment(text: string): string {
  return /[:/]/.test(text) ? (text.split(/[:/#]/).findLast((part) => part !== '') ?? text) : text
}

/** CDS-WG1-02 §2 "date": the local day that holds the instant. */
function toLocalDate(epoch: number, calendar: LocalCalendar): string {
  const { year, month, dayOfMonth } = calendar.dayOf(epoch)
  return new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10)
}
