import type { AnyBillSection, AnyLineItem, AnyUsageDetail } from '../../cds/wire/any-object.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { currencyNumber } from '../../shared/currencies.ts'
import type { Decimal } from '../../shared/decimal.ts'
import { lineItemKinds } from '../bills/line-role.ts'
import { XSD_EXPONENT } from '../bills/money.ts'
import { summaryUnits } from '../bills/summary-quantity.ts'
import { datesOf, type ToEspiContext, toEpoch } from './cds-objects.ts'
import { wholeAt } from './cost-columns.ts'
import { intervalOf, startOfDate } from './local-dates.ts'
import { givenParts } from './to-element.ts'

/** ItemKind 4, for charges that ESPI has no kind for. */
const ADMINISTRATIVE = '4'

/** A Bill Section of another server becomes a UsageSummary as the XSD says: money in hundred-thousandths. */
export function partsOfAnotherSummary(section: AnyBillSection, context: ToEspiContext): EspiObject {
  const object = `bill_section ${section.cds_billsection_id}`
  const { calendar, unsaid } = context
  const money = (cost: Decimal, field: string): string | undefined => {
    const whole = wholeAt(cost, XSD_EXPONENT)
    if (whole === undefined) unsaid.add(object, field, 'ESPI counts hundred-thousandths, this is finer')
    return whole?.toString()
  }
  const period = intervalOf(section.start_date, section.end_date, calendar)
  const total = section.cost_details.find(({ types }) => types.includes('overall_total'))
  const { updated } = datesOf(section)
  const status = updated === undefined ? startOfDate(section.end_date, calendar) : toEpoch(updated)
  unsaid.addFields(object, section, [
    'section_types',
    'distribution_entity',
    'supply_entity',
    'related_billsections',
  ])
  if (currencyNumber(section.currency) === undefined) {
    unsaid.add(object, `currency ${section.currency}`, 'ISO 4217 has no number for it')
  }
  const subtotals = section.cost_details.filter((detail) => detail !== total)
  if (subtotals.length > 0) unsaid.add(object, 'cost_details', 'ESPI has the total alone', subtotals.length)
  const lines = (section.line_items ?? []).map((line) => lineParts(line, { object, money, context }))
  const parts = givenParts({
    billingPeriod: period,
    billLastPeriod: total && money(total.cost, 'cost_details'),
    costAdditionalDetailLastPeriod: lines.flatMap((line) => line ?? []),
    currency: String(currencyNumber(section.currency) ?? ''),
    ...measurementsOf(section, object, context),
    statusTimeStamp: String(status),
  })
  return parts ?? {}
}

interface LineContext {
  object: string
  money(cost: Decimal, field: string): string | undefined
  context: ToEspiContext
}

function lineParts(line: AnyLineItem, { object, money, context }: LineContext): EspiObject | undefined {
  const kind = itemKindOf(line)
  if (kind === undefined)
    context.unsaid.add(object, `line_items types ${line.types.join(' ')}`, 'ESPI has no itemKind for it')
  const measurement = line.value && line.units ? measurementParts(line.value, line.units) : undefined
  if (line.value && !measurement) {
    context.unsaid.add(object, `line_items units ${line.units}`, 'ESPI has no unit for it')
  }
  if (line.types.length > 1) context.unsaid.add(object, 'line_items types', 'a line of ESPI has one itemKind')
  return givenParts({
    amount: money(line.cost, 'line_items cost'),
    note: line.name,
    measurement,
    itemKind: kind ?? ADMINISTRATIVE,
    unitCost: line.rate ? money(line.rate, 'line_items rate') : undefined,
    itemPeriod: intervalOf(line.start_date, line.end_date, context.calendar),
  })
}

/** The first ItemKind of these types; a credit where the cost is negative and ESPI has one. */
function itemKindOf({ types, cost }: AnyLineItem): string | undefined {
  const fitting = [...lineItemKinds].filter(
    ([, role]) => role.charge && role.types.some((type) => types.includes(type)),
  )
  const isCredit = cost.coefficient < 0n
  const found = fitting.find(([, role]) => role.charge && role.credit === isCredit) ?? fitting[0]
  return found?.[0].toString()
}

/** §10.6.4: what tells a part of the usage, or a demand, is not what was used in all. */
const PARTIAL: ReadonlySet<string> = new Set(['time_of_use', 'tiered', 'directional', 'seasonal'])

function isWhole({ types, demand_type }: AnyUsageDetail): boolean {
  return demand_type === undefined && !types.some((type) => PARTIAL.has(type))
}

function measurementsOf(
  { usage_details }: AnyBillSection,
  object: string,
  { unsaid }: ToEspiContext,
): Record<string, EspiObject | undefined> {
  const isPeak = ({ demand_type }: AnyUsageDetail): boolean => demand_type === 'peak'
  const billed = usage_details.find(isWhole)
  const peak = usage_details.find(isPeak)
  const others = usage_details.filter((detail) => detail !== billed && detail !== peak)
  if (others.length > 0)
    unsaid.add(object, 'usage_details', 'ESPI has one consumption and one peak demand', others.length)
  const said = (detail: AnyUsageDetail | undefined): EspiObject | undefined => {
    const parts = detail && measurementParts(detail.value, detail.units)
    if (detail && !parts) unsaid.add(object, `usage_details units ${detail.units}`, 'ESPI has no unit for it')
    return parts
  }
  return { overallConsumptionLastPeriod: said(billed), peakDemand: said(peak) }
}

function measurementParts(value: Decimal, units: string): EspiObject | undefined {
  const [uom, target] = [...summaryUnits].find(([, known]) => known.units === units) ?? []
  if (uom === undefined || target === undefined) return undefined
  const { coefficient, exponent } = value.scale(-target.scale)
  return { powerOfTenMultiplier: String(exponent), uom: String(uom), value: coefficient.toString() }
}
