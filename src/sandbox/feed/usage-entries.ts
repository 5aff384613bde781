import { billedMonths, issuedAt, toBill } from '../customers/bills.ts'
import { blocksOf, monthsOf } from '../customers/blocks.ts'
import type { Agreement, Block, Channel, Window } from '../customers/model.ts'
import { localTimeParametersPayload } from './local-time-parameters.ts'
import { type Subscription, usagePointPath } from './subscription.ts'
import { entryOf, type UsageEntry } from './usage-entry.ts'
import {
  intervalBlockPayload,
  meterReadingPayload,
  readingTypePayload,
  usagePointPayload,
  usageSummaryPayload,
} from './usage-payloads.ts'

/** A stretch of one channel that is one MeterReading: the whole history, or a month of it. */
interface Chunk {
  readonly id: string
  readonly window: Window
}

/** All entries of one usage point: itself, its time zone, its readings, its summaries. */
export function* usagePointEntries(agreement: Agreement, subscription: Subscription): Generator<UsageEntry> {
  const point = agreement.usagePoint
  const { dialect } = subscription
  const path = usagePointPath(subscription, point)
  const zone = localTimeParametersId(agreement, subscription)
  yield entryOf(subscription, {
    resource: 'UsagePoint',
    path,
    published: agreement.validFrom,
    related: [
      ['espi-feed/MeterReading', `${path}/MeterReading`],
      ...(subscription.includesBills ? ([['espi-feed/UsageSummary', `${path}/UsageSummary`]] as const) : []),
      ['espi-entry/LocalTimeParameters', `LocalTimeParameters/${zone}`],
    ],
    content: () => [usagePointPayload(point, agreement, dialect)],
  })
  if (dialect.localTimeParametersPer === 'usagePoint') yield localTimeParametersEntry(zone, subscription)
  for (const channel of point.channels) yield* channelEntries(channel, agreement, subscription)
  if (subscription.includesBills) yield* summaryEntries(agreement, subscription)
}

/** The zone's entry; its id is the custodian's, or one for each usage point. */
export function localTimeParametersEntry(id: string, subscription: Subscription): UsageEntry {
  const { calendar, history } = subscription
  return entryOf(subscription, {
    resource: 'LocalTimeParameters',
    path: `LocalTimeParameters/${id}`,
    published: history.from,
    content: () => [localTimeParametersPayload(calendar, calendar.dayOf(history.to).year)],
  })
}

export function localTimeParametersId(agreement: Agreement, { dialect, id }: Subscription): string {
  return dialect.localTimeParametersPer === 'custodian' ? '1' : `TIMEZONE_${id}_${agreement.usagePoint.id}`
}

function* channelEntries(
  channel: Channel,
  agreement: Agreement,
  subscription: Subscription,
): Generator<UsageEntry> {
  for (const chunk of chunksOf(channel, agreement, subscription)) {
    yield* meterReadingEntries(channel, chunk, agreement, subscription)
    yield* blockEntries(channel, chunk, agreement, subscription)
  }
}

function* chunksOf(
  channel: Channel,
  { usagePoint }: Agreement,
  subscription: Subscription,
): Generator<Chunk> {
  const { dialect, history, calendar } = subscription
  if (dialect.meterReadingPer === 'channel')
    return yield { id: `${usagePoint.id}-${channel.id}`, window: history }
  for (const days of monthsOf(history, calendar)) {
    const window = { from: days[0]?.start ?? 0, to: days.at(-1)?.end ?? 0 }
    yield { id: `${usagePoint.id}-${window.to}-${window.from}_${channel.id}`, window }
  }
}

function* meterReadingEntries(
  channel: Channel,
  chunk: Chunk,
  agreement: Agreement,
  subscription: Subscription,
): Generator<UsageEntry> {
  const { linksBack } = subscription.dialect
  const pointPath = usagePointPath(subscription, agreement.usagePoint)
  const path = `${pointPath}/MeterReading/${chunk.id}`
  const published = linksBack ? chunk.window.to : agreement.validFrom
  yield entryOf(subscription, {
    resource: 'MeterReading',
    path,
    published,
    covers: chunk.window,
    related: [
      ...(linksBack ? ([['espi-entry/UsagePoint', pointPath]] as const) : []),
      ['espi-feed/IntervalBlock', `${path}/IntervalBlock`],
      ['espi-entry/ReadingType', `ReadingType/${chunk.id}`],
    ],
    content: () => [meterReadingPayload()],
  })
  yield entryOf(subscription, {
    resource: 'ReadingType',
    path: `ReadingType/${chunk.id}`,
    published,
    covers: chunk.window,
    // The type of this link is wrong in the feeds of the custodian that writes it: it is an entry.
    related: linksBack ? [['espi-feed/MeterReading', path]] : [],
    content: () => [readingTypePayload(channel.readingType)],
  })
}

function* blockEntries(
  channel: Channel,
  chunk: Chunk,
  agreement: Agreement,
  subscription: Subscription,
): Generator<UsageEntry> {
  const { calendar, dialect } = subscription
  const parent = `${usagePointPath(subscription, agreement.usagePoint)}/MeterReading/${chunk.id}`
  const toEntry = (covers: Window, blocks: () => Block[]) =>
    entryOf(subscription, {
      resource: 'IntervalBlock',
      path: `${parent}/IntervalBlock/${covers.from}`,
      published: covers.to,
      covers,
      related: dialect.linksBack ? [['espi-feed/MeterReading', parent]] : [],
      content: () => blocks().map(intervalBlockPayload),
    })
  if (dialect.meterReadingPer === 'month') {
    yield toEntry(chunk.window, () => [...blocksOf(channel, chunk.window, calendar)])
    return
  }
  // A block a day for every channel: where a window takes only blocks that lie wholly inside, longer ones would be lost.
  for (const block of blocksOf(channel, chunk.window, calendar, 'day')) {
    yield toEntry(block.window, () => [block])
  }
}

function* summaryEntries(agreement: Agreement, subscription: Subscription): Generator<UsageEntry> {
  const parent = usagePointPath(subscription, agreement.usagePoint)
  const { history, calendar } = subscription
  for (const month of billedMonths(history, calendar)) {
    yield entryOf(subscription, {
      resource: 'UsageSummary',
      path: `${parent}/UsageSummary/${month.from}`,
      published: issuedAt(month.to),
      covers: month,
      related: subscription.dialect.linksBack ? [['espi-entry/UsagePoint', parent]] : [],
      content: () => [usageSummaryPayload(toBill(agreement, month, calendar), agreement)],
    })
  }
}
