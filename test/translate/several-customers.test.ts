import { describe, expect, it } from 'vitest'
import { SEGMENT_LENGTHS } from '../../src/shared/segment-length.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { TranslateContext, Translated } from '../../src/translate/translated.ts'
import { entry, feedOf, hourly, read } from '../espi/build-feed.ts'
import { incoherences } from './coherent.ts'
import { context } from './context.ts'

/** 2026-01-01T00:00:00 in Toronto. */
const START = 1_767_243_600
const HOUR = 3600
const DAY = 24 * HOUR

interface Given {
  /** Which entries are missing. */
  without?: readonly string[]
  value?: number
  /** The usage point that the location names. */
  uri?: string
  validity?: readonly [start: number, duration: number]
}

/** A customer with all that belongs to one, under ids that each customer has too. */
function customer(id: number, { without = [], value = id, uri, validity }: Given = {}): string[] {
  const retail = `/RetailCustomer/${id}`
  const account = `${retail}/Customer/1/CustomerAccount/1`
  const agreement = `${account}/CustomerAgreement/1`
  const point = `${retail}/UsagePoint/01`
  const period = validity
    ? `<validityInterval><duration>${validity[1]}</duration><start>${validity[0]}</start></validityInterval>`
    : ''
  const codes = Object.entries(hourly).map(([name, code]) => `<${name}>${code}</${name}>`)
  const all: Record<string, string> = {
    Customer: entry(
      `${retail}/Customer/1`,
      `<Customer><customerName>Customer ${id}</customerName></Customer>`,
    ),
    CustomerAccount: entry(account, `<CustomerAccount><accountId>A${id}</accountId></CustomerAccount>`),
    CustomerAgreement: entry(
      agreement,
      `<CustomerAgreement><agreementId>G${id}</agreementId>${period}</CustomerAgreement>`,
    ),
    ServiceLocation: entry(
      `${agreement}/ServiceLocation/1`,
      `<ServiceLocation><UsagePoints><UsagePoint>${uri ?? point}</UsagePoint></UsagePoints></ServiceLocation>`,
    ),
    Meter: entry(
      `${agreement}/ServiceLocation/1/Meter/1`,
      `<Meter><serialNumber>M${id}</serialNumber></Meter>`,
    ),
    UsagePoint: entry(point, '<UsagePoint><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>'),
    MeterReading: entry(
      `${point}/MeterReading/1`,
      '<MeterReading/>',
      `<link rel="related" href="/ReadingType/1"/>`,
    ),
    ReadingType: entry('/ReadingType/1', `<ReadingType>${codes.join('')}</ReadingType>`),
    IntervalBlock: entry(
      `${point}/MeterReading/1/IntervalBlock/1`,
      `<IntervalBlock><IntervalReading><timePeriod><duration>${HOUR}</duration><start>${START}</start></timePeriod><value>${value}000</value></IntervalReading></IntervalBlock>`,
    ),
    UsageSummary: entry(
      `${point}/UsageSummary/1`,
      `<UsageSummary><billingPeriod><duration>${DAY}</duration><start>${START}</start></billingPeriod><billLastPeriod>${id}00000</billLastPeriod><currency>840</currency></UsageSummary>`,
    ),
  }
  return Object.entries(all).flatMap(([name, text]) => (without.includes(name) ? [] : [text]))
}

/** What each account is shown: contracts, kilowatt-hours, bills, meters. */
function shown(translated: Translated): Record<string, unknown> {
  const { accounts, serviceContracts, usageSegments, billStatements, meterDevices } = translated
  const numberOf = (id: string | null | undefined): string =>
    accounts.find((account) => account.cds_account_id === id)?.account_number ??
    `none ${accounts.find((account) => account.cds_account_id === id)?.account_name ?? ''}`
  const segments = usageSegments.flatMap((segment) => {
    const owners = segment.related_accounts.length > 0 ? segment.related_accounts.map(numberOf) : ['nobody']
    const values = JSON.stringify(segment.values.flat())
    return owners.map((owner) => `${owner}: ${values}`)
  })
  return {
    contracts: serviceContracts
      .map((contract) => `${numberOf(contract.cds_account_id)}: ${contract.contract_number}`)
      .sort(),
    segments: segments.sort(),
    bills: billStatements
      .map(
        (bill) =>
          `${bill.cds_account_id === null ? 'nobody' : numberOf(bill.cds_account_id)}: ${bill.amount_due}`,
      )
      .sort(),
    meters: meterDevices.flatMap(({ meter_number }) => meter_number ?? []).sort(),
  }
}

async function translate(entries: string[], own: Partial<TranslateContext> = {}): Promise<Translated> {
  const translated = translateFeed(await read(feedOf(entries)), {
    ...context,
    authorizationKey: undefined,
    ...own,
  })
  expect(incoherences(translated)).toEqual([])
  return translated
}

const FIRST = { contracts: 'A1: G1', segment: 'A1: [{"eu":1.000}]', bill: 'A1: 1.00000' }

describe('two customers whose ids are the same below them', () => {
  it('each have their own', async () => {
    expect(shown(await translate([...customer(1), ...customer(2)]))).toEqual({
      contracts: ['A1: G1', 'A2: G2'],
      segments: ['A1: [{"eu":1.000}]', 'A2: [{"eu":2.000}]'],
      bills: ['A1: 1.00000', 'A2: 2.00000'],
      meters: ['M1', 'M2'],
    })
  })

  it.each([
    'Customer',
    'CustomerAccount',
    'CustomerAgreement',
    'ServiceLocation',
    'UsagePoint',
    'MeterReading',
  ])(
    "and none is shown what is the other's where the other's %s is missing, in either order",
    async (missing) => {
      const [one, two] = [customer(1), customer(2, { without: [missing] })]
      for (const entries of [
        [...one, ...two],
        [...two, ...one],
      ]) {
        const { contracts, segments, bills } = shown(await translate(entries)) as Record<string, string[]>
        const ofFirst = (texts: string[] | undefined): string[] | undefined =>
          texts?.filter((text) => text.startsWith('A1:'))
        expect(ofFirst(contracts)).toEqual([FIRST.contracts])
        expect(ofFirst(segments)).toEqual([FIRST.segment])
        expect(ofFirst(bills)).toEqual([FIRST.bill])
        // Nothing is lost but what is refused by name, and no value stands for another.
        expect(segments?.filter((text) => text.includes('1.000'))).toEqual([FIRST.segment])
      }
    },
  )

  it('nor where the second has no account and no customer entry, and another file has neither too', async () => {
    const without = ['Customer', 'CustomerAccount']
    const apart = await Promise.all([1, 2].map((id) => translate(customer(id, { without }))))
    const [a, b] = apart.map(({ accounts, usageSegments }) => [
      accounts[0]?.cds_account_id,
      usageSegments[0]?.cds_usagesegment_id,
    ])
    expect(a?.filter((id) => b?.includes(id))).toEqual([])
  })

  it('a location that names a usage point of the other id is not given the one that is here', async () => {
    const entries = [
      ...customer(1),
      ...customer(2, { without: ['UsagePoint', 'MeterReading', 'IntervalBlock', 'UsageSummary'] }),
    ]
    expect(shown(await translate(entries))).toMatchObject({ segments: [FIRST.segment], bills: [FIRST.bill] })
  })

  it('and where nobody names the usage point that is here, the place that names another is noticed', async () => {
    const { refused } = await translate(customer(1, { uri: '/RetailCustomer/1/UsagePoint/99' }))
    expect(refused.map(({ code, field }) => [code, field])).toEqual([
      ['usage_point_elsewhere', 'ServiceLocation.UsagePoints'],
    ])
  })
})

describe('two customers, one after the other at one usage point', () => {
  const point = '/RetailCustomer/1/UsagePoint/01'
  const own = ['UsagePoint', 'MeterReading', 'ReadingType', 'IntervalBlock', 'UsageSummary']
  const hours = (from: number, count: number): string =>
    `<IntervalBlock>${Array.from({ length: count }, (_, at) => `<IntervalReading><timePeriod><duration>${HOUR}</duration><start>${START + (from + at) * HOUR}</start></timePeriod><value>${from + at}</value></IntervalReading>`).join('')}</IntervalBlock>`
  const moves = (first: Given['validity'], second: Given['validity'], block: string): string[][] => {
    const usage = [
      ...customer(1, { without: ['IntervalBlock'], ...(first && { validity: first }) }),
      entry(`${point}/MeterReading/1/IntervalBlock/1`, block),
    ]
    const other = customer(2, { without: own, uri: point, ...(second && { validity: second }) })
    return [
      [...usage, ...other],
      [...other, ...usage],
    ]
  }
  const places = ({ accounts, usageSegments }: Translated): unknown[] =>
    usageSegments
      .map((segment) => [
        segment.related_accounts
          .map((id) => accounts.find((one) => one.cds_account_id === id)?.account_number)
          .join(' ') || 'nobody',
        (Date.parse(segment.segment_start) / 1000 - START) / HOUR,
        segment.values.length,
      ])
      .sort((a, b) => Number(a[1]) - Number(b[1]))

  it.each(SEGMENT_LENGTHS)('a %s is cut at the hour of the move', async (segmentLength) => {
    const move = START + 10 * HOUR
    for (const entries of moves([START, 10 * HOUR], [move, 100 * DAY], hours(0, 24))) {
      const translated = await translate(entries, { segmentLength })
      expect(places(translated)).toEqual([
        ['A1', 0, 10],
        ['A2', 10, 14],
      ])
      expect(translated.refused).toEqual([])
    }
  })

  it.each(SEGMENT_LENGTHS)(
    'so is the hour of readings shorter than a minute, segments of a %s',
    async (segmentLength) => {
      const half = HOUR / 2
      const seconds = Array.from(
        { length: 4 },
        (_, at) =>
          `<IntervalReading><timePeriod><duration>30</duration><start>${START + half + (at - 2) * 30}</start></timePeriod><value>${at}</value></IntervalReading>`,
      )
      const block = `<IntervalBlock>${seconds.join('')}</IntervalBlock>`
      for (const entries of moves([START, half], [START + half, 100 * DAY], block)) {
        expect(places(await translate(entries, { segmentLength }))).toEqual([
          ['A1', (half - 60) / HOUR, 2],
          ['A2', half / HOUR, 2],
        ])
      }
    },
  )

  it("what is between two contracts is nobody's, and noticed", async () => {
    for (const entries of moves([START, 10 * HOUR], [START + 12 * HOUR, 100 * DAY], hours(0, 24))) {
      const translated = await translate(entries)
      expect(places(translated)).toEqual([
        ['A1', 0, 10],
        ['nobody', 10, 2],
        ['A2', 12, 12],
      ])
      expect(translated.refused).toMatchObject([{ code: 'contract_unclear', count: 2 }])
    }
  })

  it("what both claim is nobody's, and so is all where neither contract has dates", async () => {
    for (const entries of moves([START, 12 * HOUR], [START + 10 * HOUR, 100 * DAY], hours(0, 24))) {
      expect(places(await translate(entries))).toEqual([
        ['A1', 0, 10],
        ['nobody', 10, 2],
        ['A2', 12, 12],
      ])
    }
    for (const entries of moves(undefined, undefined, hours(0, 4))) {
      const translated = await translate(entries)
      expect(places(translated)).toEqual([['nobody', 0, 4]])
      expect(translated.billSections.map((section) => section.cds_account_id)).toEqual([null])
      expect(translated.refused.map(({ code }) => code)).toEqual(['contract_unclear', 'contract_unclear'])
    }
  })
})
