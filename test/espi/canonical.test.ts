import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toCanonical } from '../../src/espi/canonical/canonical-feed.ts'
import { compareFeeds } from '../../src/espi/canonical/compare.ts'
import { entriesOf, entry, feedOf, hourly, read } from './build-feed.ts'

/** What the second text says differently, missing first. */
async function differences(first: string, second: string): Promise<string[]> {
  const [a, b] = await Promise.all([first, second].map(async (text) => toCanonical([await read(text)])))
  if (!a || !b) throw new Error('two feeds')
  const { missing, added } = compareFeeds(a, b)
  return [...missing.map(({ text }) => `- ${text}`), ...added.map(({ text }) => `+ ${text}`)]
}

const START = 1767243600
const stream = {
  type: { ...hourly, currency: 840, powerOfTenMultiplier: -3, tou: 1 },
  blocks: [
    [
      { start: START, value: 1230, cost: 500, quality: 17, tou: 2, tier: 1 },
      { start: START + 3600, value: -40, cost: 700 },
    ],
  ],
}
const summary = `<UsageSummary><billingPeriod><duration>2592000</duration><start>${START}</start></billingPeriod><billLastPeriod>1500</billLastPeriod><costAdditionalDetailLastPeriod><amount>1000</amount><note>Energy</note><measurement><uom>72</uom><value>5</value></measurement><itemKind>3</itemKind></costAdditionalDetailLastPeriod><costAdditionalDetailLastPeriod><amount>500</amount><note>Tax</note><itemKind>5</itemKind></costAdditionalDetailLastPeriod><currency>840</currency><statusTimeStamp>${START}</statusTimeStamp></UsageSummary>`
const usage = feedOf([...entriesOf([stream]), entry('/UsagePoint/1/UsageSummary/1', summary)])
const customer = readFileSync('test/fixtures/espi/rich-customer.xml', 'utf8')

/** One planted fault: what is replaced, and what the comparison must say. */
const FAULTS: [name: string, feed: string, from: string | RegExp, to: string, said: RegExp][] = [
  ['a digit of a value', usage, '<value>1230<', '<value>1231<', /- reading .* \| 123e-2 quality=17/],
  ['a sign', usage, '<value>-40<', '<value>40<', /- reading .* \| -4e-2/],
  [
    'a power of ten',
    usage,
    '<powerOfTenMultiplier>-3<',
    '<powerOfTenMultiplier>-2<',
    /\+ reading .* \| 123e-1/,
  ],
  ['a time of use', usage, '<tou>2<', '<tou>3<', /- reading .* tou=2/],
  ['a tier', usage, '<consumptionTier>1<', '<consumptionTier>2<', /- reading .* consumptionTier=1/],
  ['a quality', usage, '<quality>17<', '<quality>8<', /- reading .* quality=17/],
  [
    'a moved start',
    usage,
    `<start>${START + 3600}<`,
    `<start>${START + 7200}<`,
    new RegExp(`- reading .* ${START + 3600} \\+ 3600`),
  ],
  [
    'a duration',
    usage,
    `<duration>3600</duration><start>${START}<`,
    `<duration>1800</duration><start>${START}<`,
    /- reading .* \+ 3600/,
  ],
  ['a direction', usage, '<flowDirection>1<', '<flowDirection>19<', /- reading .* flowDirection=1 /],
  ['a unit', usage, '<uom>72</uom><currency>', '<uom>73</uom><currency>', /- reading .* uom=72 /],
  ['a cost', usage, '<cost>500<', '<cost>501<', /- cost .* \| 5e-3 USD/],
  [
    'a currency',
    usage,
    '<currency>840</currency><powerOfTen',
    '<currency>124</currency><powerOfTen',
    /- cost .* USD/,
  ],
  [
    'a bill',
    usage,
    '<billLastPeriod>1500<',
    '<billLastPeriod>15000<',
    /- UsageSummary.billLastPeriod = 1500/,
  ],
  [
    'a billing period',
    usage,
    '<duration>2592000<',
    '<duration>2592001<',
    /- billingPeriod.duration = 2592000/,
  ],
  ['a line', usage, '<amount>500<', '<amount>-500<', /- costAdditionalDetailLastPeriod.amount = 500/],
  [
    'a part of an address',
    customer,
    '<cust:poBox>12</cust:poBox>',
    '<cust:poBox/>',
    /- postalAddress.poBox = 12/,
  ],
  ['an account number', customer, '>0008-1<', '>008-1<', /- CustomerAccount.accountId = 0008-1/],
  ['a telephone number', customer, '>555-0199<', '>555-0198<', /- phone1.localNumber = 555-0199/],
  ['a kind of device', customer, /(<\/?cust:)Meter>/g, '$1EndDevice>', /- Meter.serialNumber = 0009/],
  [
    'the usage point of a location',
    customer,
    '/UsagePoint/1</cust',
    '/UsagePoint/2</cust',
    /- ServiceLocation.serves = usage point 1/,
  ],
]

describe('compareFeeds finds a planted fault', () => {
  it.each(FAULTS)('%s', async (_, feed, from, to, said) => {
    const faulty = feed.replace(from, to)
    expect(faulty).not.toBe(feed)
    expect((await differences(feed, faulty)).join('\n')).toMatch(said)
  })

  it('costs that changed places', async () => {
    const swapped = usage
      .replace('<cost>500<', '<cost>X<')
      .replace('<cost>700<', '<cost>500<')
      .replace('<cost>X<', '<cost>700<')
    expect(await differences(usage, swapped)).toHaveLength(4)
  })

  it('parts of two lines that changed places: they are not one heap of leaves', async () => {
    const swapped = usage
      .replace('<note>Energy<', '<note>X<')
      .replace('<note>Tax<', '<note>Energy<')
      .replace('<note>X<', '<note>Tax<')
    expect(await differences(usage, swapped)).not.toEqual([])
  })

  it('a reading, a summary, a whole entry that is not there', async () => {
    const without = feedOf(entriesOf([stream]))
    expect((await differences(usage, without)).filter((line) => line.startsWith('- '))).toHaveLength(13)
    expect(await differences(without, usage)).toHaveLength(13)
    const fewer = feedOf(entriesOf([{ ...stream, blocks: [stream.blocks[0]?.slice(0, 1) ?? []] }]))
    expect(await differences(without, fewer)).toHaveLength(2)
  })

  it('in two usage points that say the same, which one it is', async () => {
    const two = (value: number): string =>
      feedOf(
        [1, 2]
          .flatMap((number) => [
            entry(
              `/UsagePoint/${number}`,
              '<UsagePoint><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>',
            ),
            entry(
              `/UsagePoint/${number}/MeterReading/1`,
              '<MeterReading/>',
              '<link rel="related" href="/ReadingType/1"/>',
            ),
            entry(
              `/UsagePoint/${number}/MeterReading/1/IntervalBlock/1`,
              `<IntervalBlock><IntervalReading><timePeriod><duration>3600</duration><start>${START}</start></timePeriod><value>${number === 1 ? 5 : value}</value></IntervalReading></IntervalBlock>`,
            ),
          ])
          .concat(entry('/ReadingType/1', '<ReadingType><uom>72</uom></ReadingType>')),
      )
    expect(await differences(two(5), two(6))).toEqual([
      `- reading uom=72 | ${START} + 3600 | 5`,
      `+ reading uom=72 | ${START} + 3600 | 6`,
    ])
  })
})

const serviced = feedOf([
  entry(
    '/UsagePoint/1',
    '<UsagePoint><serviceDeliveryPoint><tariffProfile>A</tariffProfile></serviceDeliveryPoint></UsagePoint>',
  ),
])

/** Ways to write the same: what is replaced. */
const SAME: [name: string, feed: string, from: string | RegExp, to: string][] = [
  ['hrefs and ids', customer, /RetailCustomer\/8\//g, 'RetailCustomer/77/'],
  ['blanks', usage, '<note>Energy<', '<note>  Energy\n<'],
  ['a plus sign', usage, '<amount>500<', '<amount>+500<'],
  ['code 0 for none', usage, '<uom>72</uom><currency>', '<uom>72</uom><phase>0</phase><currency>'],
  ['milliseconds', usage, `<statusTimeStamp>${START}<`, `<statusTimeStamp>${START}000<`],
  ['a capital letter of old schemas', serviced, /serviceDeliveryPoint/g, 'ServiceDeliveryPoint'],
  ['the deprecated name of a summary', usage, /(<\/?)UsageSummary\b/g, '$1ElectricPowerUsageSummary'],
]

describe('compareFeeds knows what makes no difference', () => {
  it.each(SAME)('%s', async (_, feed, from, to) => {
    const other = feed.replace(from, to)
    expect(other).not.toBe(feed)
    expect(await differences(feed, other)).toEqual([])
  })

  it('the order of entries', async () => {
    const entries = entriesOf([stream])
    expect(await differences(feedOf(entries), feedOf(entries.toReversed()))).toEqual([])
  })

  it('a power of ten between value and multiplier', async () => {
    const other = {
      type: { ...stream.type, powerOfTenMultiplier: -4 },
      blocks: [stream.blocks[0]?.map((one) => ({ ...one, value: one.value * 10 })) ?? []],
    }
    expect(await differences(feedOf(entriesOf([stream])), feedOf(entriesOf([other])))).toEqual([])
  })

  it('which blocks and meter readings hold the readings', async () => {
    const [first, second] = stream.blocks[0] ?? []
    if (!first || !second) throw new Error('two readings')
    const split = [stream.type, stream.type].map((type, at) => ({
      type,
      blocks: [[at === 0 ? first : second]],
    }))
    expect(await differences(feedOf(entriesOf([stream])), feedOf(entriesOf(split)))).toEqual([])
  })

  it('defaults of the reading type, and the same with each reading', async () => {
    const plain = [{ start: START, value: 5 }]
    const given = [{ start: START, value: 5, quality: 8, tou: 3 }]
    const first = { type: { ...hourly, defaultQuality: 8, tou: 3 }, blocks: [plain] }
    expect(await differences(feedOf(entriesOf([first])), feedOf(entriesOf([{ blocks: [given] }])))).toEqual(
      [],
    )
  })

  it('a reading that a later one replaces: later updated, then later in the document', async () => {
    const value = (one: number): { start: number; value: number }[] => [{ start: START, value: one }]
    const late = feedOf(
      entriesOf([
        { blocks: [value(2), value(1)], updated: ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'] },
      ]),
    )
    const last = feedOf(entriesOf([{ blocks: [value(1), value(2)] }]))
    const alone = feedOf(entriesOf([{ blocks: [value(2)] }]))
    expect(await differences(late, alone)).toEqual([])
    expect(await differences(last, alone)).toEqual([])
  })

  it('an identifier in `name`, where old schemas had it', async () => {
    const account = (inside: string): string =>
      feedOf([entry('/Customer/1/CustomerAccount/1', `<CustomerAccount>${inside}</CustomerAccount>`)])
    expect(await differences(account('<name>007</name>'), account('<accountId>007</accountId>'))).toEqual([])
    expect(await differences(account('<name>007</name>'), account('<accountId>7</accountId>'))).toHaveLength(
      2,
    )
  })
})
