import type { BillSection, BillSectionType, CostDetail, LineItem } from '../../cds/wire/bill-section.ts'
import type { Entity } from '../../cds/wire/entity.ts'
import type { Decimal } from '../../shared/decimal.ts'
import { distinct } from '../../shared/distinct.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { Placement } from '../customer/placement.ts'
import { toDates } from '../local-date.ts'
import { spanOf } from '../summary-values.ts'
import type { Unstamped } from '../translated.ts'
import { toBillAmounts } from './bill-amounts.ts'
import { toUsageDetails } from './bill-usage-details.ts'
import { type Charge, chargesOf, linesOf } from './line-item.ts'
import { type Money, toEspiMoney } from './money.ts'
import { toSectionExtensions } from './section-extensions.ts'
import { toQuantity } from './summary-quantity.ts'
import type { UsageSummary } from './usage-summary.ts'

/** Where and between whom a summary was billed. */
export interface SectionPlace {
  sectionId: string
  placements: readonly Placement[]
  entity: Entity | null
  calendar: LocalCalendar
  /** The summary's element that holds what is billed. */
  billedElement: string
}

/** One summary becomes a Bill Section, CDS-WG3-01 §10.6.1 #bill-section-format, not yet joined to its statement. */
export function toBillSection(summary: UsageSummary, place: SectionPlace): Unstamped<BillSection> {
  const { sectionId, placements, entity, calendar } = place
  const [first] = placements
  const { usageDetails, measurements } = toUsageDetails(summary, sectionId, place)
  const costDetails = toCostDetails(summary, sectionId)
  const entities = toEntities(entity)
  return {
    cds_billsection_id: sectionId,
    cds_billstatement_id: null,
    cds_account_id: first?.accountId ?? null,
    account_number: first?.accountNumber ?? null,
    section_types: toSectionTypes(summary, entities),
    ...toDates(spanOf(summary.period), calendar),
    currency: summary.currency,
    ...entities,
    related_servicecontracts: distinct(placements.flatMap(({ contractId }) => contractId ?? [])),
    related_servicepoints: distinct(placements.map(({ servicePointId }) => servicePointId)),
    related_meterdevices: distinct(placements.flatMap(({ meterDeviceIds }) => meterDeviceIds)),
    related_billsections: [],
    usage_details: usageDetails,
    cost_details: costDetails,
    line_items: chargesOf(summary.lines).map((charge) => toLineItem(charge, summary, place)),
    ...toSectionExtensions(summary, measurements),
  }
}

/**
 * §10.6.2 #bill-section-types. Spec silent: ESPI does not say who supplies, so the utility is the supplier only where its profile
 * calls it one.
 */
function toSectionTypes(
  { commodity }: UsageSummary,
  { distribution_entity, supply_entity }: Pick<BillSection, 'distribution_entity' | 'supply_entity'>,
): BillSectionType[] {
  return [
    'service_contract',
    ...(commodity ? [commodity] : []),
    ...(distribution_entity ? (['distribution'] as const) : []),
    ...(supply_entity ? (['supply'] as const) : []),
  ]
}

function toEntities(entity: Entity | null): Pick<BillSection, 'distribution_entity' | 'supply_entity'> {
  const types = new Set(entity?.types ?? [])
  const supplies = types.has('supplier') || types.has('retailer') || types.has('cca')
  const distributes = types.has('distributor') || !supplies
  return {
    distribution_entity: distributes ? entity : null,
    supply_entity: supplies ? entity : null,
  }
}

/** §10.6.5 #bill-section-cost-detail-format: the total, what is "additional" in it, and the subtotals that are printed. */
function toCostDetails(summary: UsageSummary, sectionId: string): CostDetail[] {
  const { total } = toBillAmounts(summary)
  const { additional, written } = summary
  const subtotals = linesOf(summary.lines, 'subtotal')
  return [
    ...detail(totalId(sectionId), 'Total', 'overall_total', {
      ...total,
      ...(total?.money && total.money.raw === written && { element: 'billLastPeriod' }),
    }),
    ...detail(`${sectionId}.costAdditionalLastPeriod`, 'Additional charges', 'subtotal', {
      amount: additional?.amount,
      money: additional,
      element: 'costAdditionalLastPeriod',
    }),
    ...subtotals.flatMap(({ number, name, money }) =>
      detail(`${sectionId}.line${number}`, name, 'subtotal', { amount: money?.amount, money }),
    ),
  ]
}

interface Cost {
  amount?: Decimal | undefined
  money?: Money | undefined
  /** The summary's element that it was. */
  element?: string
}

function detail(
  id: string,
  name: string,
  type: CostDetail['types'][number],
  { amount, money, element }: Cost,
): CostDetail[] {
  if (!amount) return []
  return [
    {
      id,
      name,
      types: [type],
      cost: amount,
      ...(element && { espi_element: element }),
      ...(money && { espi_money: toEspiMoney(money) }),
    },
  ]
}

function totalId(sectionId: string): string {
  return `${sectionId}.total`
}

/** §10.6.7 #bill-section-line-item-format. `rate` is per unit of `value`: custodians price the kWh, whatever their uom. */
function toLineItem(charge: Charge, summary: UsageSummary, { sectionId, calendar }: SectionPlace): LineItem {
  const quantity = charge.measurement && toQuantity(charge.measurement, summary.commodity)
  const isInTotal = summary.charges === 'bill' || !summary.bill
  return {
    id: `${sectionId}.line${charge.number}`,
    name: charge.name,
    types: charge.role.types,
    ...toDates(spanOf(charge.period ?? summary.period), calendar),
    cost: charge.money.amount,
    value: quantity?.value ?? null,
    ...(quantity && { units: quantity.units }),
    rate: charge.rate ?? null,
    related_usage_details: [],
    related_cost_details: isInTotal ? [totalId(sectionId)] : [],
    ...charge.asWritten,
  }
}
