import { findInteger } from '../../espi/elements.ts'
import { explainLink } from '../../espi/link/explain-link.ts'
import { type BlockItem, type Item, type Links, linksOf } from '../../espi/link/kin.ts'
import type { Entry } from '../../espi/model.ts'
import type {
  CustomerAccount,
  CustomerAgreement,
  MeterReading,
  ResolvedFeed,
  ServiceLocation,
  UsagePoint,
} from '../../espi/resolved.ts'
import { epochToDatetime } from '../../shared/clock.ts'
import { rangeOf } from './block-times.ts'
import type { TreeNode } from './inspection.ts'
import { readingTypeWords, usagePointWords } from './reading-type-words.ts'

/** Which file an entry came from; undefined where there is only one. */
export type FileOf = (entry: Entry) => string | undefined

/** Usage points and accounts with everything that hangs on them. */
export function toTree(feed: ResolvedFeed, fileOf: FileOf): TreeNode[] {
  const build = new TreeBuilder(fileOf)
  return [
    ...feed.usagePoints.map((point) => build.usagePoint(point)),
    ...feed.accounts.map((account) => build.account(account)),
  ]
}

/** What found no parent, and kinds that take no part in the tree. */
export function toApart(feed: ResolvedFeed, fileOf: FileOf): TreeNode[] {
  const build = new TreeBuilder(fileOf)
  const joined = new Set(feed.usagePoints.flatMap(({ summaries }) => summaries.map(({ entry }) => entry)))
  const others = feed.others.filter(({ entry }) => !joined.has(entry))
  return [
    ...feed.unresolved.map(({ entry, name }) => ({ ...build.entry(name, entry), joined_by: 'nothing' })),
    ...localTimesApart(feed).map(({ entry }) => build.entry('LocalTimeParameters', entry)),
    ...feed.unused.map(({ entry, name }) => build.entry(name, entry)),
    ...feed.customersWithoutAccount.map(({ entry }) => build.entry('Customer', entry)),
    ...others.map(({ entry, resource }) => build.entry(resource.name, entry)),
  ]
}

/** Those that no usage point has. */
function localTimesApart({ localTimes, usagePoints }: ResolvedFeed): Item[] {
  const held = new Set(usagePoints.map(({ localTime }) => localTime))
  return localTimes.filter((time) => !held.has(time))
}

class TreeBuilder {
  private readonly fileOf: FileOf

  constructor(fileOf: FileOf) {
    this.fileOf = fileOf
  }

  entry(element: string, entry: Entry): TreeNode {
    const file = this.fileOf(entry)
    const { number, self, up, related } = entry
    return { element, ...(file !== undefined && { file }), entry: number, self, up, related }
  }

  usagePoint(point: UsagePoint): TreeNode {
    const words = point.item && usagePointWords(point.item.element)
    return {
      ...this.item('UsagePoint', point.item, undefined),
      ...(words !== undefined && { words }),
      children: [
        ...(point.localTime ? [this.item('LocalTimeParameters', point.localTime, point.item)] : []),
        ...point.meterReadings.map((reading) => this.meterReading(reading, point.item)),
        ...[...point.summaries, ...point.qualitySummaries, ...point.programMappings].map((summary) =>
          this.item(summary.element.name, summary, point.item),
        ),
      ],
    }
  }

  account({ item, customer, agreements, statements }: CustomerAccount): TreeNode {
    const customers = customer
      ? [{ ...this.entry('Customer', customer.entry), ...joinedBy(item, customer, 'Customer') }]
      : []
    return {
      ...this.item('CustomerAccount', item, undefined),
      children: [
        ...customers,
        ...agreements.map((agreement) => this.agreement(agreement, item)),
        ...statements.map((statement) => this.item('Statement', statement, item)),
      ],
    }
  }

  private agreement({ item, serviceLocations }: CustomerAgreement, account: Item | undefined): TreeNode {
    return {
      ...this.item('CustomerAgreement', item, account),
      children: serviceLocations.map((location) => this.location(location, item)),
    }
  }

  private location({ item, usagePoints, meters }: ServiceLocation, agreement: Item): TreeNode {
    return {
      ...this.item('ServiceLocation', item, agreement),
      ...(usagePoints.length > 0 && { words: `serves usage point ${usagePoints.join(', ')}` }),
      children: meters.map((meter) => this.item(meter.element.name, meter, item)),
    }
  }

  private meterReading({ item, readingType, blocks }: MeterReading, point: Item | undefined): TreeNode {
    const intervalLength = readingType && findInteger(readingType.element, 'intervalLength')
    const type = readingType && {
      ...this.entry('ReadingType', readingType.entry),
      ...joinedBy(item, readingType, 'ReadingType'),
      words: readingTypeWords(readingType.element),
    }
    return {
      ...this.item('MeterReading', item, point),
      children: [
        ...(type ? [type] : []),
        ...Array.from(blocks, (block) => this.block(block, item, intervalLength)),
      ],
    }
  }

  private block(item: BlockItem, parent: Item | undefined, intervalLength: number | undefined): TreeNode {
    const range = rangeOf(item.block, item.readings, intervalLength)
    return {
      ...this.entry('IntervalBlock', item.entry),
      ...joinedBy(linksOf(item.entry), parent, 'MeterReading'),
      readings: item.block.to - item.block.from,
      ...(range && { from: timeText(range.start), to: timeText(range.end) }),
    }
  }

  /** A node of one entry; one that others only name has no entry. */
  private item(element: string, item: Item | undefined, parent: Item | undefined): TreeNode {
    if (!item) return { element }
    return { ...this.entry(element, item.entry), ...joinedBy(item, parent, parent?.element.name ?? '') }
  }
}

function joinedBy(
  child: Links | undefined,
  parent: Item | undefined,
  kind: string,
): Pick<TreeNode, 'joined_by'> {
  return child && parent ? { joined_by: explainLink(child, parent, kind) } : {}
}

/** A time, also one that no datetime can say. */
function timeText(seconds: number): string {
  const isDate = Number.isFinite(seconds) && Math.abs(seconds) < 8.64e12
  return isDate ? epochToDatetime(seconds) : `${seconds} s`
}
