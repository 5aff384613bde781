import { performance } from 'node:perf_hooks'
import type { ObjectFilter, UsageSegmentFilter, View } from '../src/cds/stores.ts'
import type { Cursor } from '../src/shared/page.ts'
import { customerDataReader } from '../src/store/read-customer-data.ts'
import { type Extent, fillFacts, viewsOf } from './facts.ts'
import { openBenchDatabase } from './filled-gateway.ts'

const LIMIT = 100
const ROUNDS = 7
const NO_FILTER: ObjectFilter = { lists: {}, dates: {} }

const bench = await openBenchDatabase()
const reader = customerDataReader(bench.database)

/** The middle of several goes, in milliseconds, after two that warm up. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = -2; round < ROUNDS; round++) {
    const from = performance.now()
    await work()
    if (round >= 0) times.push(performance.now() - from)
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0
}

const usage = (views: View[], filter: UsageSegmentFilter = {}, cursor?: Cursor) =>
  reader.listUsageSegments(views, filter, { limit: LIMIT, cursor })

async function measure(name: string, extent: Extent, grants: number): Promise<void> {
  const from = performance.now()
  await fillFacts(bench.database, extent)
  console.log(`filled in ${((performance.now() - from) / 1000).toFixed(1)} s`)
  const views = viewsOf(grants)
  const [account, contract] = extent.numbered === false ? ['accounts1', 'service_contracts1'] : ['A1', 'C1']
  const at = (day: number): Cursor => {
    const start = new Date(Date.UTC(2020, 0, 1 + day)).toISOString()
    return {
      direction: 'next',
      keys: [account, contract, start, start, '00000000-0000-0000-0000-000000000000'],
    }
  }
  const filters: [string, UsageSegmentFilter][] = [
    ['ids', { ids: ['0'.repeat(32)] }],
    ['before', { before: new Date(Date.UTC(2020, 0, 9)) }],
    ['after', { after: new Date(Date.UTC(2020, 0, extent.days)) }],
    ['account_numbers', { accountNumbers: ['A1'] }],
    ['contract_ids', { contractIds: ['service_contracts1'] }],
    ['point_ids', { servicePointIds: ['service_points1'] }],
    ['meter_ids', { meterDeviceIds: ['meter_devices1'] }],
    ['meter_numbers', { meterNumbers: ['M1'] }],
  ]
  const results: [string, number][] = [
    ['first', await time(() => usage(views))],
    ['middle', await time(() => usage(views, {}, at(Math.floor(extent.days / 2))))],
    ['last', await time(() => usage(views, {}, at(extent.days - 99)))],
    ['accounts', await time(() => reader.listObjects('accounts', views, NO_FILTER, { limit: LIMIT }))],
  ]
  for (const [filter, value] of filters) results.push([filter, await time(() => usage(views, value))])
  console.log(name.padEnd(44), results.map(([what, ms]) => `${what} ${ms.toFixed(1)}`).join('  '))
}

try {
  for (const days of [1_000, 10_000, 100_000])
    await measure(`10 authorizations, ${days * 10} segments, 10 grants`, { authorizations: 10, days }, 10)
  for (const days of [1_000, 100_000])
    await measure(`the same without numbers, ${days * 10}`, { authorizations: 10, days, numbered: false }, 10)
  for (const by of ['quality', 'points'] as const)
    await measure(
      `two series by ${by}, 100,000`,
      { authorizations: 1, days: 100_000, series: { count: 2, by } },
      1,
    )
  for (const grants of [1, 10, 100, 1_000, 10_000])
    await measure(
      `10,000 authorizations, 100 days, ${grants} grants`,
      { authorizations: 10_000, days: 100 },
      grants,
    )
} finally {
  await bench.stop()
}
