import type { BillSection } from '../../cds/wire/bill-section.ts'
import type { BillStatement, NewCharge, NewChargeType } from '../../cds/wire/bill-statement.ts'
import { Decimal } from '../../shared/decimal.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { InformationRole } from '../../utility/information-roles.ts'
import { dayAfter, toDate } from '../local-date.ts'
import { periodText } from '../summary-values.ts'
import type { Unstamped } from '../translated.ts'
import { type BillAmounts, toBillAmounts } from './bill-amounts.ts'
import { type Line, linesOf, momentOf } from './line-item.ts'
import { sumOf } from './money.ts'
import { sumOfBalances } from './previous-balance.ts'
import type { UsageSummary } from './usage-summary.ts'

/** A summary and the section that was made of it. */
export interface BilledSection {
  summary: UsageSummary
  section: Unstamped<BillSection>
}

/**
 * The sections of one account and billing period become a Bill Statement, CDS-WG3-01 §10.5.1 #bill-statement-format; undefined
 * where no summary tells an amount: that is a history of usage, not a bill.
 */
export function toBillStatement(
  statementId: string,
  sections: readonly BilledSection[],
  calendar: LocalCalendar,
): Unstamped<BillStatement> | undefined {
  const [first] = sections
  const all = sections.map(({ summary }) => toBillAmounts(summary))
  const counted = isRepeated(all) ? all.slice(0, 1) : all
  const amounts = counted.flatMap(({ due }) => due ?? [])
  if (!first || amounts.length === 0) return undefined
  const lines = sections.flatMap(({ summary }) => summary.lines)
  const amountDue = sumOf(amounts)
  const balance = sumOfBalances(counted.map((one) => one.balance))
  const dueDate = momentIn(lines, 'due_date')
  return {
    cds_billstatement_id: statementId,
    cds_account_id: first.section.cds_account_id,
    account_number: first.section.account_number,
    ...toStatementDate(first, lines, calendar),
    currency: first.summary.currency,
    ...balance,
    new_charges: toNewCharges(statementId, sections, {
      amountDue,
      unpaid: balance.previous_balance_unpaid,
    }),
    amount_due: amountDue,
    amount_due_date: dueDate === undefined ? null : toDate(dueDate, calendar),
    // ESPI knows no shutoff notice.
    shutoff_prevention_minimum_due: null,
    shutoff_prevention_date: null,
    account_programs: [],
  }
}

/**
 * Whether each summary repeats what is due of the whole account, and its balance: where all tell the same, and all their charges and the
 * balance, counted once, are just that.
 */
function isRepeated(amounts: readonly BillAmounts[]): boolean {
  const [first, ...others] = amounts
  if (!first?.due || others.length === 0) return false
  const { due, balance } = first
  const unpaid = balance.previous_balance_unpaid ?? ZERO
  const isSame = (one: BillAmounts): boolean =>
    one.due?.equals(due) === true && (one.balance.previous_balance_unpaid ?? ZERO).equals(unpaid)
  const charged = sumOf(amounts.map((one) => one.charged ?? ZERO))
  return others.every(isSame) && charged.plus(unpaid).equals(due)
}

const ZERO = new Decimal(0n)

/** Spec silent: ESPI has no statement date; where no line tells it, it is the day after the billing period. */
function toStatementDate(
  { section }: BilledSection,
  lines: readonly Line[],
  calendar: LocalCalendar,
): Pick<BillStatement, 'statement_date' | 'espi_statement_date_source'> {
  const printed = momentIn(lines, 'statement_date')
  return printed === undefined
    ? {
        statement_date: dayAfter(section.end_date),
        espi_statement_date_source: 'billing_period_end',
      }
    : { statement_date: toDate(printed, calendar), espi_statement_date_source: 'line_item' }
}

function momentIn(lines: readonly Line[], role: InformationRole): number | undefined {
  return linesOf(lines, role)
    .map(momentOf)
    .find((moment) => moment !== undefined)
}

const TOTALS = {
  electric: { type: 'electric_total', name: 'Electric charges' },
  natural_gas: { type: 'natural_gas_total', name: 'Natural gas charges' },
  water: { type: 'water_total', name: 'Water charges' },
} as const satisfies Record<string, { type: NewChargeType; name: string }>

/**
 * One New Charge per section, §10.5.2 #new-charge-format, and where these and the unpaid balance do not add up to the amount due,
 * the difference, §10.5.3 #new-charge-types. An unpaid balance that nobody tells counts as none.
 */
function toNewCharges(
  statementId: string,
  sections: readonly BilledSection[],
  { amountDue, unpaid }: { amountDue: Decimal; unpaid: Decimal | undefined },
): NewCharge[] {
  const charges = sections.flatMap(({ summary, section }): NewCharge[] => {
    const amount = toBillAmounts(summary).charged
    if (!amount) return []
    const total = summary.commodity && TOTALS[summary.commodity]
    return [
      {
        id: `${section.cds_billsection_id}.charge`,
        name: total?.name ?? 'Charges',
        types: total ? [total.type] : [],
        amount,
        included_in_amount_due: true,
        related_billsections: [section.cds_billsection_id],
      },
    ]
  })
  const known = sumOf([...charges.map(({ amount }) => amount), ...(unpaid ? [unpaid] : [])])
  const difference = amountDue.minus(known)
  if (difference.coefficient === 0n) return charges
  reportDifference(sections, { amountDue, known })
  return [
    ...charges,
    {
      id: `${statementId}.difference`,
      name: 'Difference between the amount due and the charges',
      types: ['amount_due_sum_difference'],
      amount: difference,
      included_in_amount_due: true,
    },
  ]
}

/** What a summary's own charges and bill do not explain already. */
function reportDifference(
  sections: readonly BilledSection[],
  { amountDue, known }: { amountDue: Decimal; known: Decimal },
): void {
  const isReported = sections.some(
    ({ summary: { charges } }) => charges === 'differs' || charges === 'doubtful',
  )
  const [first] = sections
  if (isReported || !first) return
  const { item, period, refuse } = first.summary
  const value = `${periodText(period)}: charges and unpaid balance ${known}, amount due ${amountDue}`
  refuse('bill_sum_differs', `${item.element.name}.costAdditionalDetailLastPeriod`, value)
}
