import type { EspiFeed } from '../espi/model.ts'
import { resourceNames } from '../espi/resources.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { toDates } from '../translate/local-date.ts'
import { periodAt, spanOf } from '../translate/summary-values.ts'
import { keyOf, toKept } from './context.ts'
import type { ContextEntry } from './stores.ts'

const SUMMARIES = resourceNames(({ context }) => context === 'billed')

/**
 * The summaries of a feed become entries to keep, by the days that they bill. A bill statement adds up the summaries of all services for
 * the same days, and a utility may send these in different windows: whoever reads one must have the others.
 */
export function toBillContext(feed: EspiFeed, calendar: LocalCalendar): (ContextEntry & { days: string })[] {
  return feed.entries.flatMap((entry) =>
    entry.payloads.flatMap((payload) => {
      if (payload.type !== 'resource' || !SUMMARIES.has(payload.name)) return []
      const period = periodAt(payload.element, 'billingPeriod', () => {})
      if (!period) return []
      const { start_date, end_date } = toDates(spanOf(period), calendar)
      // Real feeds give the summaries of several billing periods one and the same `self`, and those of several usage points too.
      const key = [period.start, period.duration, keyOf(entry), entry.up[0] ?? ''].join(' ')
      return [{ key, json: toKept(feed, entry, [payload]), days: `${start_date}/${end_date}` }]
    }),
  )
}
