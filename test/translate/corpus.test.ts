import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import type { EspiFeed } from '../../src/espi/model.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { isRefusalCode } from '../../src/translate/refusals.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { sharedPath } from '../support/shared.ts'
import { context, total } from './context.ts'

const corpus = sharedPath('corpus')

async function readFiles(...names: string[]): Promise<EspiFeed[]> {
  return Promise.all(names.map((name) => readFeed(createReadStream(path.join(corpus ?? '', name)))))
}

async function translate(...names: string[]): Promise<Translated> {
  return translateFeed(await readFiles(...names), context)
}

/** `code field` → count */
function refusals({ refused }: Translated): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { code, field, count } of refused)
    counts[`${code} ${field}`] = (counts[`${code} ${field}`] ?? 0) + count
  return counts
}

const first = ({ usageSegments }: Translated, count = 1): string =>
  JSON.stringify(usageSegments[0]?.values.slice(0, count))

describe.skipIf(!corpus)('real files', () => {
  /** Not ESPI as a whole, and why. */
  const NOT_ESPI: Record<string, string> = {
    // Deliberate garbage before the feed.
    'dtesdk__1hrLP_32DaysM.xml': 'the root element <xyz> is neither Atom nor ESPI',
  }

  /** Readings that stand in a file twice, word for word: one of them says all. */
  const REPEATED: Record<string, number> = { 'dtesdk__1hrLP_32Days_Additional3_M.xml': 1 }

  /** Costs stand beside readings, and power quality comes of summaries. */
  const isOfReading = (type = ''): boolean => !['cost', 'espi_power_quality'].includes(type)

  it('translate, or are refused for a reason of the list: none crashes, no reading is lost', async () => {
    for (const name of readdirSync(corpus ?? '').filter((file) => file.endsWith('.xml'))) {
      const feeds = await readFiles(name).catch((error: unknown) => error)
      if (!Array.isArray(feeds)) {
        expect(feeds, name).toBeInstanceOf(MalformedFeedError)
        expect((feeds as MalformedFeedError).reason, name).toBe(NOT_ESPI[name])
        continue
      }
      const translated = translateFeed(feeds, context)
      const written = translated.usageSegments.flatMap(({ formats, values }) =>
        values.flatMap((set) => set.filter((value, at) => value !== null && isOfReading(formats[at]?.type))),
      ).length
      const NO_PLACE = [
        'reading_type_missing',
        'ambiguous_reading_type',
        'duplicate_reading',
        'duration_unknown',
      ]
      const refused = translated.refused
        .filter(({ field }) => !field.startsWith('ElectricPowerQualitySummary'))
        .filter(({ code, field }) => NO_PLACE.includes(code) || field.startsWith('ReadingType.u'))
        .reduce((sum, { count }) => sum + count, 0)
      expect(written + refused + (REPEATED[name] ?? 0), name).toBe((feeds as EspiFeed[])[0]?.readings.length)
      for (const { code } of translated.refused) expect(isRefusalCode(code), `${name} ${code}`).toBe(true)
    }
  })

  it('Enbridge Gas: 20 bill periods of whole cubic metres, not called standard', async () => {
    const translated = await translate('gbengine__EGD_Gas_EnergyUsage_20221225_20241225.xml')
    expect(translated.usageSegments).toHaveLength(20)
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'espi_natural_gas_volume', units: 'm3' },
    ])
    expect(new Set(translated.usageSegments.map(({ values }) => values.length))).toEqual(new Set([1]))
    expect(refusals(translated)).toEqual({ 'bill_sum_differs UsageSummary.billLastPeriod': 24 })
  })

  it('PG&E interval blocks alone: nothing tells their unit', async () => {
    const translated = await translate('verdigris__PGEIntervalBlock.xml')
    expect(refusals(translated)).toEqual({ 'reading_type_missing MeterReading': 2556 })
    expect(translated.usageSegments).toEqual([])
  })

  it('PG&E usage summaries alone: no currency is known for the amounts', async () => {
    expect(refusals(await translate('verdigris__PGEUsageSummaries.xml'))).toEqual({
      'currency_unknown UsageSummary.currency': 3,
    })
  })

  it('SCE: two reading types under one link, delta and cumulative; nobody can say which', async () => {
    const translated = await translate('verdigris__BulkSCEUsageSummaryAndIntervalBlock.xml')
    expect(refusals(translated)).toMatchObject({ 'ambiguous_reading_type ReadingType': 3 })
    expect(translated.usageSegments).toEqual([])
  })

  it('UtilityAPI usage: export is negative, milliwatt-hours keep their digits', async () => {
    const translated = await translate('eddie__Batch.xml')
    expect(translated.usageSegments[0]?.formats).toMatchObject([
      { type: 'electric_usage', units: 'kWh', direction: 'reverse' },
    ])
    expect(first(translated, 2)).toBe('[[{"eu":-0.010000}],[{"eu":-0.010000}]]')
    expect(translated.refused).toEqual([])
  })

  it('UtilityAPI customers: one account, three contracts, each with its service point and meter', async () => {
    const { accounts, serviceContracts, servicePoints, meterDevices } = await translate(
      'eddie__accounting_point_data.xml',
    )
    expect(accounts).toMatchObject([
      { account_number: '111111111-1', account_address: '111 ANYWHERE ST\nANYTOWN NY 12345' },
    ])
    expect(serviceContracts.map(({ contract_number }) => contract_number)).toEqual([
      '11300-00000',
      '11200-00000',
      '11100-00000',
    ])
    expect(meterDevices.map(({ meter_number }) => meter_number)).toEqual([
      '1130000000',
      '1120000000',
      '1110000000',
    ])
    expect(servicePoints.map((point) => point.current_servicecontracts)).toEqual(
      serviceContracts.map((contract) => [contract.cds_servicecontract_id]),
    )
  })

  it('Burlington: usage and customer feed, two hosts, join by the padded relative path', async () => {
    const translated = await translate('ogb__usage_60min.xml', 'ogb__customer.xml')
    expect(translated.serviceContracts).toMatchObject([
      { rateplan_code: 'RES-TOU', service_types: ['electric', 'metered'], contract_end: null },
    ])
    expect(translated.usageSegments.map((segment) => segment.related_servicecontracts)).toEqual([
      [translated.serviceContracts[0]?.cds_servicecontract_id],
      [translated.serviceContracts[0]?.cds_servicecontract_id],
    ])
    expect(translated.usageSegments.map(({ values }) => JSON.stringify(values))).toEqual([
      '[[{"eu":1.000}],[{"eu":0.900}],[{"eu":0.800}]]',
      '[[{"eu":1.600}],[{"eu":1.300}],[{"eu":0.900}]]',
    ])
  })

  it('Savage Data: hourly deltas and a lifetime register stay apart; the register is never usage', async () => {
    const translated = await translate('ogha__milton_delta_plus_register.xml')
    expect(translated.usageSegments.map(({ values }) => JSON.stringify(values))).toEqual([
      '[[{"r":"9876.543"}]]',
      '[[{"eu":1.000}],[{"eu":1.500}]]',
    ])
    expect(refusals(translated)).toEqual({ 'cost_of_register IntervalReading.cost': 1 })
  })

  it('Savage Data: joined by nothing but nested paths; tou as the custodian numbers it', async () => {
    const translated = await translate('ogha__savagedata_nested_urls.xml')
    expect(translated.usageSegments[0]?.formats).toMatchObject([{ type: 'electric_usage' }, { espi_tou: 3 }])
    expect(first(translated, 2)).toBe('[[null,{"eu":795.000}],[{"eu":5271.000},null]]')
    expect(refusals(translated)).toEqual({ 'currency_unknown ReadingType.currency': 1 })
  })

  it('National Grid legacy download: float timestamps are refused, not guessed', async () => {
    const translated = await translate('gbobj__ngma_gas_provider_2024-07-16.xml')
    expect(translated.usageSegments).toEqual([])
    expect(refusals(translated)).toMatchObject({
      'timestamp_not_integer IntervalReading.timePeriod.start': 36,
    })
  })

  it('reference data: 1 340 readings with cost and quality in 14 days, and a summary of power quality', async () => {
    const translated = await translate('mono__test_usage_data.xml')
    expect(translated.usageSegments).toHaveLength(15)
    const values = translated.usageSegments
      .flatMap((segment) => segment.values.flat())
      .filter((value) => value !== null)
    expect(values.filter((value) => 'eu' in value)).toHaveLength(1340)
    expect(values.filter((value) => 'c' in value)).toHaveLength(1340)
    const [summary] = translated.usageSegments.filter(
      ({ formats }) => formats[0]?.type === 'espi_power_quality',
    )
    expect(summary?.formats).toHaveLength(12)
    expect(JSON.stringify(summary?.values)).toBe(
      '[[{"v":0.01},{"v":0.02},{"v":3},{"v":4},{"v":0.000005},{"v":0.000007},{"v":8},{"v":9},{"v":10},{"v":11},{"v":12},{"v":13}]]',
    )
    expect(translated.refused).toEqual([])
  })

  it('hourly electricity, 32 days: the sum of the file, to the last digit', async () => {
    const [feed] = await readFiles('dtesdk__1hrLP_32Days.xml')
    let sum = 0n
    for (let row = 0; row < (feed?.readings.length ?? 0); row++) sum += feed?.readings.value(row) ?? 0n
    const translated = await translate('dtesdk__1hrLP_32Days.xml')
    expect(BigInt(total(translated, 'eu').replace('.', ''))).toBe(sum)
  })
})
