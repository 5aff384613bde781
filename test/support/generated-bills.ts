import { billedMonths, toBill } from '../../src/sandbox/customers/bills.ts'
import type { Territory } from '../../src/sandbox/customers/generate.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { dayAfter, toDates } from '../../src/translate/local-date.ts'

/** What the sandbox billed a customer: each section by its first day, each statement by the sections of one account for the same days. */
export function generatedBills({ calendar, history, customers }: Territory, username: string) {
  const accounts = customers.find((each) => each.username === username)?.accounts ?? []
  const sections = accounts.flatMap(({ agreements }, account) =>
    agreements.flatMap((agreement) =>
      [...billedMonths(history, calendar)].map((month) => ({
        account,
        ...toDates({ start: month.from, end: month.to }, calendar),
        total: new Decimal(toBill(agreement, month, calendar).total, -5),
      })),
    ),
  )
  const billed = [...Map.groupBy(sections, ({ account, start_date }) => `${account} ${start_date}`).values()]
  const statements = billed.map((members) => ({
    date: dayAfter(members[0]?.end_date ?? ''),
    amount: members.reduce((sum, { total }) => sum.plus(total), new Decimal(0n)),
  }))
  return { sections, statements }
}
