import { expect, it } from 'vitest'
import { generateCustomers } from '../../src/sandbox/customers/generate.ts'
import { agreementsOf, type Channel } from '../../src/sandbox/customers/model.ts'
import { OPENESPI } from '../../src/sandbox/dialect.ts'
import type { Subscription } from '../../src/sandbox/feed/subscription.ts'
import { usageFeed } from '../../src/sandbox/feed/usage-feed.ts'

const { calendar, history, customers } = generateCustomers(
  'test',
  new Date('2026-11-21T12:00:00Z'),
  'America/New_York',
)
const customer = customers.find(({ username }) => username === 'business')!
const self = {
  rel: 'self',
  href: 'http://x.example/r/Batch/Subscription/1',
  type: 'espi-feed/Subscription',
} as const

/** The business's subscription; `days` counts the days whose readings are computed. */
function subscription(days: { count: number }): Subscription {
  const counted = (channel: Channel): Channel => ({
    ...channel,
    readings: (day) => {
      days.count += 1
      return channel.readings(day)
    },
  })
  const agreements = agreementsOf(customer).map((agreement) => {
    const { usagePoint } = agreement
    return { ...agreement, usagePoint: { ...usagePoint, channels: usagePoint.channels.map(counted) } }
  })
  return {
    id: '1',
    retailCustomerId: '1',
    dialect: OPENESPI,
    resourceUri: 'http://x.example/r',
    customer,
    agreements,
    history,
    calendar,
    includesBills: true,
    now: history.to,
  }
}

it('a feed is written entry by entry: no piece of it holds more than one', () => {
  let longest = 0
  let entries = 0
  for (const piece of usageFeed(subscription({ count: 0 }), self, {})) {
    longest = Math.max(longest, piece.length)
    entries += piece.startsWith('<entry>') ? 1 : 0
  }
  expect(entries).toBeGreaterThan(7 * 730)
  expect(longest).toBeLessThan(20_000)
})

it('readings are computed when their entry is written, not before', () => {
  const days = { count: 0 }
  const feed = usageFeed(subscription(days), self, {})
  let block = ''
  for (const piece of feed) {
    block = piece
    if (piece.includes('<IntervalBlock')) break
  }
  expect(block).toContain(`<start>${history.from}</start>`)
  expect(days.count).toBe(1)
})

it('a window computes only the days inside it', () => {
  const days = { count: 0 }
  const window = { publishedMin: history.to - 2 * 86_400, publishedMax: history.to }
  const blocks = [...usageFeed(subscription(days), self, window)].filter((piece) =>
    piece.includes('<IntervalBlock'),
  )
  expect(blocks).toHaveLength(7 * 2)
  expect(days.count).toBe(7 * 2)
})
