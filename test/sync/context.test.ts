import { expect, it } from 'vitest'
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
