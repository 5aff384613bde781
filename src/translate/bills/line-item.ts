import type { EspiLineItem } from '../../cds/wire/bill-extensions.ts'
import { childrenOf, findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'
import { epochToDatetime } from '../../shared/clock.ts'
import { Decimal } from '../../shared/decimal.ts'
import type { InformationRole } from '../../utility/information-roles.ts'
import { LAST_SECOND } from '../span.ts'
import {
  integerAt,
  measurementAt,
  type Period,
  partPeriodAt,
  type Refuse,
  type SummaryMeasurement,
  timeAt,
  toEspiPeriod,
} from '../summary-values.ts'
import { type LineRole, type LineWord, lineRoleOf } from './line-role.ts'
import { asCredit, type Money, toEspiMoney, toMoney, XSD_EXPONENT } from './money.ts'

/** One ESPI LineItem of a summary. */
export interface Line {
  /** 1-based, in document order. */
  number: number
  name: string
  role: LineRole
  money: Money | undefined
  measurement: SummaryMeasurement | undefined
  /** Hundred-thousandths of the currency per unit. */
  rate: Decimal | undefined
  dateTime: number | undefined
  period: Period | undefined
  asWritten: EspiLineItem
}

/** How a utility departs from the XSD in its bills, see `quirks.billing`. */
export interface LineRules {
  moneyExponent?: number | undefined
  lines?: Readonly<Record<string, LineWord>> | undefined
}

const MONEY = 80

/** costAdditionalDetailLastPeriod: the lines of a summary. */
export function toLines(summary: Element, rules: LineRules, refuse: Refuse): Line[] {
  return childrenOf(summary, 'costAdditionalDetailLastPeriod').map((element, index) =>
    toLine(element, index + 1, rules, refuse),
  )
}

function toLine(element: Element, number: number, rules: LineRules, refuse: Refuse): Line {
  const note = findText(element, 'note')
  const name = note ?? `Line ${number}`
  const kind = integerAt(element, 'itemKind', refuse)
  const measurement = measurementAt(element, 'measurement', refuse)
  const role = lineRoleOf(name, kind === undefined ? undefined : Number(kind), rules.lines ?? {})
  const raw = integerAt(element, 'amount', refuse)
  const written = raw === undefined ? undefined : toLineMoney(raw, measurement, rules)
  // Spec silent: what ESPI calls a credit lowers the bill, whichever sign it was written with.
  const money = written && role.charge && role.credit ? asCredit(written) : written
  const unitCost = integerAt(element, 'unitCost', refuse)
  const rounding = integerAt(element, 'rounding', refuse)
  const dateTime = timeAt(element, 'dateTime', refuse)
  const period = partPeriodAt(element, 'itemPeriod', refuse)
  return {
    number,
    name,
    role,
    money,
    measurement,
    rate: unitCost === undefined ? undefined : new Decimal(unitCost, XSD_EXPONENT),
    dateTime,
    period,
    asWritten: {
      espi_line: new Decimal(BigInt(number)),
      ...(note === undefined && { espi_unnamed: true as const }),
      ...(kind !== undefined && { espi_item_kind: new Decimal(kind) }),
      ...(money && { espi_money: toEspiMoney(money) }),
      ...(measurement && { espi_measurement: measurement.asWritten }),
      ...(unitCost !== undefined && { espi_unit_cost: new Decimal(unitCost) }),
      ...(rounding !== undefined && { espi_rounding: new Decimal(rounding) }),
      ...(dateTime !== undefined && { espi_date_time: epochToDatetime(dateTime) }),
      ...(period && { espi_item_period: toEspiPeriod(period) }),
    },
  }
}

/** A measurement of money without a value is no quantity: custodians say with it in which power of ten the amount is. */
function toLineMoney(
  raw: bigint,
  measurement: SummaryMeasurement | undefined,
  { moneyExponent }: LineRules,
): Money {
  const scales =
    measurement?.asWritten.power_of_ten !== undefined &&
    measurement.value === undefined &&
    (measurement.uom ?? MONEY) === MONEY &&
    Math.abs(measurement.powerOfTen) <= 15
  if (scales) return toMoney(raw, measurement.powerOfTen, 'line_measurement')
  return moneyExponent === undefined
    ? toMoney(raw, XSD_EXPONENT, 'xsd')
    : toMoney(raw, moneyExponent, 'utility')
}

/** A charge or credit with its amount. */
export interface Charge extends Line {
  money: Money
  role: Extract<LineRole, { charge: true }>
}

/** The lines that charge or credit something; without an amount a line only tells something. */
export function chargesOf(lines: readonly Line[]): Charge[] {
  return lines.flatMap((line) => {
    const { money, role } = line
    return money && role.charge ? [{ ...line, money, role }] : []
  })
}

/** The lines of one information role. */
export function linesOf(lines: readonly Line[], wanted: InformationRole): Line[] {
  return lines.filter(({ role }) => !role.charge && role.role === wanted)
}

const SECONDS = 27

/** The moment a line tells: its dateTime, or a measurement in seconds. */
export function momentOf({ dateTime, measurement }: Line): number | undefined {
  if (dateTime !== undefined) return dateTime
  if (measurement?.uom !== SECONDS || measurement.value === undefined) return undefined
  const seconds = Number(new Decimal(measurement.value, measurement.powerOfTen).toString())
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds <= LAST_SECOND ? seconds : undefined
}
