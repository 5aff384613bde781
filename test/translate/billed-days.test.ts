import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { EspiFeed } from '../../src/espi/model.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { read } from '../espi/build-feed.ts'
import { context } from './context.ts'

const usageXml = readFileSync('test/fixtures/espi/solar-usage.xml', 'utf8')
const customerXml = readFileSync('test/fixtures/espi/solar-customer.xml', 'utf8')

/** The readings begin at 2026-03-08T07:00:00Z, 2 o'clock in Toronto, where no summer time begins: it is three. */
const DAY = 86_400
/** 2026-03-08T05:00:00Z, the first second of that day in Toronto. */
const MIDNIGHT = 1_772_946_000
/** Within the hour of readings. */
const CHANGE = 1_772_953_200 + 900

function summary(number: number, start: number, days: number): string {
  return `<entry><id>s${number}</id><link rel="self" href="https://utility.example/espi/1_1/resource/Subscription/5/UsagePoint/900001/UsageSummary/${number}"/><content><espi:UsageSummary xmlns:espi="http://naesb.org/espi"><espi:billingPeriod><espi:duration>${days * DAY}</espi:duration><espi:start>${start}</espi:start></espi:billingPeriod><espi:billLastPeriod>100000</espi:billLastPeriod><espi:currency>840</espi:currency></espi:UsageSummary></content><updated>2026-03-20T00:00:00Z</updated></entry>`
}

const billed = (...summaries: string[]): Promise<EspiFeed> =>
  read(usageXml.replace('</feed>', `${summaries.join('')}</feed>`))

/** Two agreements for one usage point: one until the change, one from then on, of the same account or of another. */
async function twoContracts(isSameAccount: boolean): Promise<EspiFeed> {
  const [head = '', ...entries] = customerXml.replace('</feed>', '').split('<entry>')
  const named = (name: string): string => entries.find((entry) => entry.includes(`<cust:${name}>`)) ?? ''
  const agreement = named('CustomerAgreement')
  const first = agreement.replace('251922268800', String(CHANGE - 1_448_514_000))
  const second = agreement.replace('1448514000', String(CHANGE)).replace('00012345678901234567', '00099')
  const renamed = [second, named('ServiceLocation')].map((entry) =>
    entry.replaceAll('CustomerAgreement/A1', 'CustomerAgreement/A2').replaceAll('/L1', '/L2'),
  )
  const others = entries.filter((entry) => entry !== agreement)
  const account = named('CustomerAccount')
  const [number = ''] = /(?<=<cust:accountId>)[^<]+/.exec(account) ?? []
  const path = /(?<=rel="self" href=")[^"]+/.exec(account)?.[0] ?? ''
  const moved = [account.replace(number, '77'), ...renamed].map((entry) => entry.replaceAll(path, `${path}9`))
  return read(`${[head, first, ...others, ...(isSameAccount ? renamed : moved)].join('<entry>')}</feed>`)
}

describe('bill sections of usage segments, CDS-WG3-01 §10.8.1 related_billsections', () => {
  it('are those of the same service point that bill one of its local days, the earlier first', async () => {
    const feed = await billed(
      summary(3, MIDNIGHT + DAY, 30),
      summary(2, MIDNIGHT, 1),
      summary(1, MIDNIGHT - 30 * DAY, 30),
      summary(4, MIDNIGHT - DAY, 2),
    )
    const { billSections, usageSegments } = translateFeed(feed, context)
    const idOf = (start: string): string | undefined =>
      billSections.find(({ start_date }) => start_date === start)?.cds_billsection_id
    expect(usageSegments.map((segment) => segment.related_billsections)).toEqual([
      [idOf('2026-03-07'), idOf('2026-03-08')],
    ])
  })

  it('are none where nothing is billed', async () => {
    const { usageSegments } = translateFeed(await billed(), context)
    expect(usageSegments.map((segment) => segment.related_billsections)).toEqual([[]])
  })

  it('and a period in which the contract changes is of both contracts, named by the first (§10.6.1)', async () => {
    const { billSections, serviceContracts, servicePoints, usageSegments } = translateFeed(
      [await billed(summary(1, MIDNIGHT - 7 * DAY, 31)), await twoContracts(true)],
      context,
    )
    expect(billSections).toHaveLength(1)
    const [section] = billSections
    expect(section?.related_servicecontracts).toEqual(
      serviceContracts.map((contract) => contract.cds_servicecontract_id),
    )
    expect(section?.related_servicepoints).toEqual(servicePoints.map((point) => point.cds_servicepoint_id))
    expect(usageSegments.map((segment) => segment.related_billsections)).toEqual([
      [section?.cds_billsection_id],
    ])
  })

  it('but of the first alone where another account moves in: nobody is shown what another was billed', async () => {
    const { accounts, billSections, usageSegments } = translateFeed(
      [await billed(summary(1, MIDNIGHT - 7 * DAY, 31)), await twoContracts(false)],
      { ...context, segmentLength: 'month' },
    )
    expect(accounts).toHaveLength(2)
    const [section] = billSections
    expect(section?.related_servicecontracts).toHaveLength(1)
    const [before, after] = usageSegments
    expect(before?.related_accounts).toEqual([section?.cds_account_id])
    expect(before?.related_billsections).toEqual([section?.cds_billsection_id])
    expect(after?.related_accounts).not.toEqual(before?.related_accounts)
    expect(after?.related_billsections).toEqual([])
  })
})
