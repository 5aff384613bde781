import { expect, it } from 'vitest'
import { localCalendar } from '../../src/shared/local-calendar.ts'
import { toBillContext } from '../../src/sync/bill-context.ts'
import { fromContext, toContext } from '../../src/sync/context.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { entry, feedOf, read } from '../espi/build-feed.ts'
import { context } from '../translate/context.ts'

const calendar = localCalendar('America/Toronto')

const ofCustomer = (self: string, payload: string) => entry(self, payload).replace('espi"', 'espi/customer"')

/** Two usage points under one account. */
const places = ['1', '2'].flatMap((id) => {
  const agreement = `/Customer/1/CustomerAccount/1/CustomerAgreement/${id}`
  return [
    entry(`/UsagePoint/${id}`, '<UsagePoint><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>'),
    ofCustomer(agreement, `<CustomerAgreement><agreementId>G${id}</agreementId></CustomerAgreement>`),
    ofCustomer(
      `${agreement}/ServiceLocation/1`,
      `<ServiceLocation><UsagePoints><UsagePoint>/UsagePoint/${id}</UsagePoint></UsagePoints></ServiceLocation>`,
    ),
  ]
})
const customer = feedOf([
  ofCustomer('/Customer/1', '<Customer/>'),
  ofCustomer('/Customer/1/CustomerAccount/1', '<CustomerAccount><accountId>A</accountId></CustomerAccount>'),
  ...places,
])

/** A bill over so many dollars for 31 days from a second on. */
function bill(point: number, dollars: number, { start = 1767243600, updated = '2026-02-03T00:00:00Z' } = {}) {
  const period = `<billingPeriod><duration>2678400</duration><start>${start}</start></billingPeriod>`
  const money = `<billLastPeriod>${dollars * 100_000}</billLastPeriod><currency>840</currency>`
  const self = `/UsagePoint/${point}/UsageSummary/1`
  return entry(self, `<UsageSummary>${period}${money}</UsageSummary>`, '', updated)
}

const keptOf = async (...bills: string[]) => toBillContext(await read(feedOf(bills)), calendar)

async function amountsDue(kept: Awaited<ReturnType<typeof keptOf>>, ...bills: string[]) {
  const feeds = [...fromContext([...toContext(await read(customer)), ...kept]), await read(feedOf(bills))]
  const { billStatements, refused } = translateFeed(feeds, context)
  expect(refused.map(({ code }) => code)).toEqual([])
  return billStatements.map(({ amount_due }) => amount_due.toString())
}

it('a statement adds up the summaries that came in an earlier window and those of this one (§10.5.1)', async () => {
  expect(await amountsDue(await keptOf(bill(1, 150)), bill(2, 100))).toEqual(['250.00000'])
})

it('summaries are kept by the local days that they bill, a revised one under the same key', async () => {
  const [first] = await keptOf(bill(1, 150))
  expect(first?.days).toBe('2026-01-01/2026-01-31')
  const [revised] = await keptOf(bill(1, 160, { updated: '2026-02-09T00:00:00Z' }))
  expect(revised?.key).toBe(first?.key)
  const keys = (await keptOf(bill(1, 150), bill(2, 150), bill(1, 150, { start: 1769922000 }))).map(
    ({ key }) => key,
  )
  expect(new Set(keys).size).toBe(3)
})

it('nothing else of a feed is kept so, and no summary without a billing period', async () => {
  expect(toBillContext(await read(customer), calendar)).toEqual([])
  expect(await keptOf(entry('/UsagePoint/1/UsageSummary/1', '<UsageSummary/>'))).toEqual([])
})
