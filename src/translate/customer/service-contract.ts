import type { Entity } from '../../cds/wire/entity.ts'
import type { EspiObject, EspiValue } from '../../cds/wire/espi-object.ts'
import type { ServiceContract, ServiceType } from '../../cds/wire/service-contract.ts'
import { findElement, findText } from '../../espi/elements.ts'
import type { Item } from '../../espi/link/kin.ts'
import type { CustomerAccount, CustomerAgreement, UsagePoint } from '../../espi/resolved.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { Carrier } from '../carry.ts'
import { toDate } from '../local-date.ts'
import { faultOf } from '../read-text.ts'
import type { Refusals } from '../refusals.ts'
import { serviceKindOf } from '../service-kind.ts'
import type { TranslateContext, Unstamped } from '../translated.ts'
import { commodityOfService } from '../usage/measurement.ts'
import { accountIdOf, accountNumberOf } from './account.ts'
import { toAddress } from './address.ts'
import { contractStateOf } from './contract-state.ts'
import { sectorsOf } from './customer-kind.ts'
import { toRatePlan } from './rate-plan.ts'
import { toServicePrograms } from './service-program.ts'
import { toSupplierEntity } from './supplier-entity.ts'

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

/** A start or duration that `validityOf` could not read. */
function refuseValidity({ item }: CustomerAgreement, refusals: Refusals): void {
  const interval = findElement(item.element, 'validityInterval')
  for (const [name, as] of [
    ['start', 'time'],
    ['duration', 'integer'],
  ] as const) {
    const text = findText(interval, name)
    const fault = text === undefined ? undefined : faultOf(text, as)
    if (fault) refusals.add(fault, item.entry, `CustomerAgreement.validityInterval.${name}`, text)
  }
}

/** An ESPI CustomerAgreement becomes a Service Contract, CDS-WG3-01 §10.2.1 #service-contract-format. */
export function toServiceContract(
  source: ContractSource,
  context: TranslateContext,
  { calendar, carrier, refusals }: { calendar: LocalCalendar; carrier: Carrier; refusals: Refusals },
): Unstamped<ServiceContract> {
  const { account, agreement, asOf } = source
  const accountNumber = accountNumberOf(account)
  const address = contractAddress(agreement)
  const { status, start, end } = contractStateOf(agreement, asOf)
  const contractId = contractIdOf(account, agreement, context)
  refuseValidity(agreement, refusals)
  return {
    cds_servicecontract_id: contractId,
    cds_account_id: accountIdOf(account, context),
    ...(accountNumber !== undefined && { account_number: accountNumber }),
    contract_number: contractNumberOf(agreement) ?? null,
    ...(address !== undefined && { contract_address: address }),
    contract_types: ['utility_service'],
    contract_entity: context.entity ?? supplierOf(agreement, context),
    contract_status: status,
    ...(start !== undefined && { contract_start: toDate(start, calendar) }),
    ...(end !== undefined && { contract_end: end === null ? null : toDate(end, calendar) }),
    service_types: toServiceTypes(source),
    ...toRatePlan(agreement, source.usagePoints),
    service_programs: toServicePrograms(agreement.item.element, contractId, context, calendar),
    ...carriedOf(agreement, carrier),
  }
}

function supplierOf({ suppliers }: CustomerAgreement, { identify }: TranslateContext): Entity | null {
  return suppliers.map((supplier) => toSupplierEntity(supplier, identify)).find(Boolean) ?? null
}

type Carried = Pick<
  ServiceContract,
  | 'espi_customer_agreement'
  | 'espi_service_suppliers'
  | 'espi_demand_response_programs'
  | 'espi_program_date_mappings'
>

/** What CDS has no field for, apart by what a grant may include of it. */
function carriedOf({ item, suppliers, programDates }: CustomerAgreement, carrier: Carrier): Carried {
  const { DemandResponseProgram: program, ...agreement } = carrier.carry(item) ?? {}
  const carryAll = (items: readonly Item[]): EspiObject[] =>
    items.map((one) => carrier.carry(one)).filter((one) => one !== undefined)
  const carriedPrograms = objectsOf(program)
  const carriedSuppliers = carryAll(suppliers)
  const mappings = carryAll(programDates)
  return {
    ...(Object.keys(agreement).length > 0 && { espi_customer_agreement: agreement }),
    ...(carriedSuppliers.length > 0 && { espi_service_suppliers: carriedSuppliers }),
    ...(carriedPrograms.length > 0 && { espi_demand_response_programs: carriedPrograms }),
    ...(mappings.length > 0 && { espi_program_date_mappings: mappings }),
  }
}

/** One object, or an array of them. */
function objectsOf(value: EspiValue | undefined): EspiObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsOf)
  return typeof value === 'object' ? [value] : []
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
