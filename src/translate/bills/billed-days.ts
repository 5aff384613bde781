import type { BillSection } from '../../cds/wire/bill-section.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { Placement } from '../customer/placement.ts'
import { type Dates, localDatesOf, shareDay } from '../local-date.ts'
import type { Span } from '../span.ts'
import type { Unstamped } from '../translated.ts'

/** The ids of the bill sections of some places that cover some day of a span. */
export type BillSectionsDuring = (placements: readonly Placement[], span: Span) => string[]

/** CDS-WG3-01 §10.8.1 `related_billsections`: what was billed for the days of a usage segment, the earlier first. */
export function billSectionsDuring(
  sections: readonly Unstamped<BillSection>[],
  calendar: LocalCalendar,
): BillSectionsDuring {
  const byPoint = new Map<string, Unstamped<BillSection>[]>()
  for (const section of sections.toSorted(byDates)) {
    for (const id of section.related_servicepoints) byPoint.set(id, [...(byPoint.get(id) ?? []), section])
  }
  return (placements, span) => {
    const billed = placements.flatMap(({ servicePointId, accountId }) =>
      (byPoint.get(servicePointId) ?? []).filter((section) => section.cds_account_id === accountId),
    )
    if (billed.length === 0) return []
    const days = localDatesOf(span, calendar)
    const ids = billed
      .filter((section) => shareDay(section, days))
      .map((section) => section.cds_billsection_id)
    return [...new Set(ids)]
  }
}

function byDates(a: Dates, b: Dates): number {
  return a.start_date.localeCompare(b.start_date) || a.end_date.localeCompare(b.end_date)
}
