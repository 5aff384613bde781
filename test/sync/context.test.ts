import { expect, it } from 'vitest'
import { isJoined, resourceNames } from '../../src/espi/resources.ts'
import { fromContext, toContext } from '../../src/sync/context.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { entriesOf, entry, feedOf, hourly, read } from '../espi/build-feed.ts'
import { context } from '../translate/context.ts'

it('later feeds find the names of codes and the statements that an earlier one brought', async () => {
  const mapping =
    '<programIdMapping><tOUorCPPorConsumptionTier>tou</tOUorCPPorConsumptionTier><code>1</code><name>Night</name></programIdMapping>'
  const first = await read(
    feedOf([
      ...entriesOf([{ type: hourly, blocks: [] }]),
      entry('/ProgramIdMappings/1', `<ProgramIdMappings>${mapping}</ProgramIdMappings>`),
      entry('/CustomerAccount/1', '<CustomerAccount/>').replace('espi"', 'espi/customer"'),
      '<entry><link rel="self" href="/Statement/1"/><content><statement>https://utility.example/1</statement></content></entry>',
    ]),
  )
  const block = entry(
    '/UsagePoint/1/MeterReading/1/IntervalBlock/9',
    '<IntervalBlock><IntervalReading><timePeriod><duration>3600</duration><start>1767243600</start></timePeriod><value>5</value><tou>1</tou></IntervalReading></IntervalBlock>',
  )
  const feeds = [await read(feedOf([block])), ...fromContext(toContext(first))]
  const { usageSegments, accounts, refused } = translateFeed(feeds, context)
  expect(usageSegments[0]?.formats).toMatchObject([{ espi_tou: 1, espi_tou_name: 'Night' }])
  expect(accounts[0]?.espi_statements).toEqual([{ statement: 'https://utility.example/1' }])
  expect(refused).toEqual([])
})

const NOT_KEPT = ['IntervalBlock', 'UsageSummary', 'ElectricPowerUsageSummary', 'ElectricPowerQualitySummary']

it.each(['http://naesb.org/espi', 'http://naesb.org/espi/customer', ''])(
  'keeps all of the graph but blocks and summaries, in the namespace "%s": feeds mix them up',
  async (namespace) => {
    // What the customer vocabulary does not have is kept when it comes in it.
    const wanted = [...resourceNames(isJoined)].filter((name) => !NOT_KEPT.includes(name))
    const written = [...wanted, ...(namespace.endsWith('customer') ? [] : NOT_KEPT)]
    const entries = written.map((name) => `<entry><content><${name} xmlns="${namespace}"/></content></entry>`)
    const kept = fromContext(toContext(await read(feedOf(entries)))).flatMap((feed) => feed.entries)
    expect(kept.flatMap(({ payloads }) => payloads.map(({ name }) => name))).toEqual(wanted)
  },
)

it('later readings find the contract that an earlier feed told in the namespace of usage', async () => {
  const place = '<UsagePoints><UsagePoint>/UsagePoint/1</UsagePoint></UsagePoints>'
  const first = await read(
    feedOf([
      ...entriesOf([{ type: hourly, blocks: [] }]),
      entry('/CustomerAgreement/1', '<CustomerAgreement><agreementId>C-1</agreementId></CustomerAgreement>'),
      entry('/CustomerAgreement/1/ServiceLocation/1', `<ServiceLocation>${place}</ServiceLocation>`),
    ]),
  )
  const block = entry(
    '/UsagePoint/1/MeterReading/1/IntervalBlock/9',
    '<IntervalBlock><IntervalReading><timePeriod><duration>3600</duration><start>1767243600</start></timePeriod><value>5</value></IntervalReading></IntervalBlock>',
  )
  const feeds = [await read(feedOf([block])), ...fromContext(toContext(first))]
  const { usageSegments, serviceContracts } = translateFeed(feeds, context)
  expect(serviceContracts.map(({ contract_number }) => contract_number)).toEqual(['C-1'])
  expect(usageSegments[0]?.related_servicecontracts).toEqual(
    serviceContracts.map(({ cds_servicecontract_id: id }) => id),
  )
})
