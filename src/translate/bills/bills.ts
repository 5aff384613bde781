import { contentOf } from '../../espi/elements.ts'
import type { Item } from '../../espi/link/kin.ts'
import type { UsagePoint } from '../../espi/resolved.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { isOfSeveral, type Placement, placementsDuring } from '../customer/placement.ts'
import type { Refusals } from '../refusals.ts'
import { periodAt, periodText, spanOf } from '../summary-values.ts'
import type { TranslateContext, Translated } from '../translated.ts'
import { toBillSection } from './bill-section.ts'
import { type BilledSection, toBillStatement } from './bill-statement.ts'
import { toUsageSummary, type UsageSummary } from './usage-summary.ts'

/** A usage point with the places that its summaries belong to. */
export interface BilledPoint {
  point: UsagePoint
  placements: readonly Placement[]
}

type Bills = Pick<Translated, 'billStatements' | 'billSections'>

/** The usage summaries of all points become one Bill Section each, and one Bill Statement per account and billing period. */
export function toBills(
  points: readonly BilledPoint[],
  context: TranslateContext,
  calendar: LocalCalendar,
  refusals: Refusals,
): Bills {
  const sections = points.flatMap((point) => sectionsOf(point, context, calendar, refusals))
  const bills = Map.groupBy(sections, statementKey)
  const joined = [...bills].map(([key, members]) => {
    const statementId = context.identify('bill_statement', key)
    const statement = toBillStatement(statementId, members, calendar)
    return { statement, sections: joinSections(members, statement?.cds_billstatement_id ?? null) }
  })
  return {
    billStatements: joined.flatMap(({ statement }) => statement ?? []),
    billSections: joined.flatMap((bill) => bill.sections),
  }
}

/**
 * Summaries of one account, period and currency are one bill. Spec silent: without an account, nobody can say which usage points
 * are billed together, so each has bills of its own.
 */
function statementKey({ section, summary }: BilledSection): string {
  const holder = section.cds_account_id ?? section.related_servicepoints[0] ?? ''
  return JSON.stringify([holder, section.start_date, section.end_date, summary.currency])
}

function sectionsOf(
  { point, placements }: BilledPoint,
  context: TranslateContext,
  calendar: LocalCalendar,
  refusals: Refusals,
): BilledSection[] {
  const billedElement = context.billing?.billedElement ?? 'overallConsumptionLastPeriod'
  return summariesOf(point, context, refusals).map((summary) => {
    const { start, duration } = summary.period
    const here = placementsDuring(placements, spanOf(summary.period), calendar)
    if (isOfSeveral(placements) && here[0]?.customer === null) {
      summary.refuse(
        'contract_unclear',
        `${summary.item.element.name}.billingPeriod`,
        periodText(summary.period),
      )
    }
    const sectionId = context.identify(
      'bill_section',
      here[0]?.servicePointId ?? '',
      String(start),
      String(duration),
    )
    const place = { sectionId, placements: here, entity: context.entity, calendar, billedElement }
    return { summary, section: toBillSection(summary, place) }
  })
}

/** One summary per billing period: the later `updated` counts, then the later in the document. */
function summariesOf(point: UsagePoint, context: TranslateContext, refusals: Refusals): UsageSummary[] {
  const { moneyExponent, lines } = context.billing ?? {}
  const rules = { moneyExponent, lines }
  const summaries = latestOf(point.summaries, refusals).flatMap(
    (item) =>
      refusals.attempt(item.entry, 1, () =>
        toUsageSummary(item, { point, currency: context.currency, rules, refusals }),
      ) ?? [],
  )
  return summaries.sort((a, b) => a.period.start - b.period.start)
}

/** The summaries that count, whether they can be translated or not: an older one must not stand for a newer one. */
function latestOf(summaries: readonly Item[], refusals: Refusals): Item[] {
  const byPeriod = new Map<string, Item>()
  for (const [at, item] of inOrder(summaries).entries()) {
    const period = periodAt(item.element, 'billingPeriod', () => {})
    const key = period ? `${period.start}/${period.duration}` : `none ${at}`
    const older = byPeriod.get(key)
    if (older && contentOf(older.element) !== contentOf(item.element)) {
      const field = `${older.element.name}.billingPeriod`
      refusals.add('duplicate_bill', older.entry, field, period && periodText(period))
    }
    byPeriod.set(key, item)
  }
  return [...byPeriod.values()]
}

function inOrder(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => a.entry.updated - b.entry.updated)
}

/** §10.6.1: sections issued together for one contract name each other. */
function joinSections(
  members: readonly BilledSection[],
  statementId: string | null,
): Translated['billSections'] {
  return members.map(({ section }) => {
    const contracts = new Set(section.related_servicecontracts)
    const related = members.filter(
      (other) =>
        other.section !== section &&
        other.section.related_servicecontracts.some((contract) => contracts.has(contract)),
    )
    return {
      ...section,
      cds_billstatement_id: statementId,
      related_billsections: related.map((other) => other.section.cds_billsection_id),
    }
  })
}
