import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readFeed } from '../../src/espi/read-feed.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { TranslateContext } from '../../src/translate/translated.ts'
import { readableJson } from '../support/readable-json.ts'
import { sharedPath } from '../support/shared.ts'
import { context } from './context.ts'
import { ENBRIDGE } from './enbridge.ts'

const corpus = sharedPath('corpus')
const GOLDEN = path.join('test', 'fixtures', 'golden')

interface GoldenPair {
  /** Files of the corpus, joined. */
  feeds: string[]
  /** What a profile would say of the utility. */
  context: Partial<TranslateContext>
}

/**
 * Real feeds and what they become, every member: read line by line against the feed when it was written, and again for every
 * difference since.
 */
const PAIRS: Record<string, GoldenPair> = {
  'enbridge-gas-two-years': {
    feeds: ['gbengine__EGD_Gas_EnergyUsage_20221225_20241225.xml'],
    context: { timezone: 'America/Toronto', billing: ENBRIDGE },
  },
  'pge-usage-summaries': {
    feeds: ['verdigris__PGEUsageSummaries.xml'],
    context: { timezone: 'America/Los_Angeles', currency: 'USD' },
  },
  'pge-interval-blocks': {
    feeds: ['verdigris__PGEIntervalBlock.xml'],
    context: { timezone: 'America/Los_Angeles', currency: 'USD' },
  },
  'sce-usage-summaries-and-blocks': {
    feeds: ['verdigris__BulkSCEUsageSummaryAndIntervalBlock.xml'],
    context: { timezone: 'America/Los_Angeles' },
  },
  'utilityapi-usage': {
    feeds: ['eddie__Batch.xml'],
    context: { timezone: 'America/New_York' },
  },
  'utilityapi-customer': {
    feeds: ['eddie__accounting_point_data.xml'],
    context: { timezone: 'America/New_York' },
  },
  'burlington-usage-and-customer': {
    feeds: ['ogb__usage_60min.xml', 'ogb__customer.xml'],
    context: { timezone: 'America/Toronto' },
  },
  'milton-delta-and-register': {
    feeds: ['ogha__milton_delta_plus_register.xml'],
    context: { timezone: 'America/Toronto' },
  },
  'savage-data-nested-urls': {
    feeds: ['ogha__savagedata_nested_urls.xml'],
    context: { timezone: 'America/Toronto', currency: 'CAD' },
  },
  'national-grid-unusable-times': {
    feeds: ['gbobj__ngma_gas_provider_2024-07-16.xml'],
    context: { timezone: 'America/New_York' },
  },
  'openespi-quality-cost-power-quality': {
    feeds: ['mono__test_usage_data.xml'],
    context: { timezone: 'America/New_York' },
  },
  'water-two-bill-periods': {
    feeds: ['dtesdk__Water.xml'],
    context: { timezone: 'America/New_York' },
  },
}

async function translated({ feeds, context: known }: GoldenPair): Promise<string> {
  const read = feeds.map((name) => readFeed(createReadStream(path.join(corpus ?? '', name))))
  return readableJson(JSON.stringify(translateFeed(await Promise.all(read), { ...context, ...known })))
}

describe.skipIf(!corpus)('golden pairs of real feeds', () => {
  for (const [name, pair] of Object.entries(PAIRS)) {
    it(`${name}: ${pair.feeds.join(' and ')}`, async () => {
      const file = path.join(GOLDEN, `${name}.json`)
      const text = await translated(pair)
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
      expect(existsSync(file), `${file} is missing: UPDATE_GOLDEN=1 writes it, then read it`).toBe(true)
      expect(text, `${file}: after UPDATE_GOLDEN=1 read every difference`).toBe(readFileSync(file, 'utf8'))
    })
  }
})
