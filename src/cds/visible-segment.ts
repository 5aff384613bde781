import { boundedMemo } from '../shared/bounded-memo.ts'
import { toDatetime } from '../shared/clock.ts'
import { Decimal } from '../shared/decimal.ts'
import { type Json, parseExact } from '../shared/json.ts'
import type { Piece } from '../shared/pieces.ts'
import { textOf } from '../shared/pieces.ts'
import type { KindName } from './kinds/kind.ts'
import type { SeenSegment, Series, View, VisibleIds } from './stores.ts'
import { visibleFormats } from './visible-formats.ts'

/**
 * The JSON text of a segment in three: its own members, those that it has in common with the others of its series, and the values, as
 * stored, or made anew when the views cut into them.
 */
export interface VisibleSegment {
  own: string
  common: string
  values: Piece | string
}

/**
 * A usage segment as this access may see it, CDS-WG3-01 §10.8.1 #usage-segment-format: the stored piece of its values goes out untouched
 * unless the ranges or value types of the views cut into it (§7.3.6 #auth-details-usage-segment-start,
 * §7.3.7 #auth-details-usage-segment-end, §7.2.8.1).
 */
export function visibleSegment(
  segment: SeenSegment,
  views: readonly View[],
  visible: VisibleIds,
): VisibleSegment {
  const shown = trim(
    segment,
    segment.views.flatMap((index) => views[index] ?? []),
  )
  const { series } = segment
  const own = {
    cds_usagesegment_id: segment.id,
    cds_created: datetimeOf(segment.created),
    cds_modified: datetimeOf(segment.modified),
    // A rest of a segment that was stored otherwise may be younger than the last confirmation of its series.
    cds_synced: datetimeOf(Math.max(segment.modified, series.synced.getTime())),
    related_billsections: segment.billSections,
    segment_start: datetimeOf(shown.start),
    segment_end: datetimeOf(shown.end),
  }
  return { own: JSON.stringify(own), common: commonOf(series, shown.formats, visible), values: shown.values }
}

/** Epoch milliseconds become a datetime of the wire; those of a page are the same few again and again. */
const datetimeOf = boundedMemo(1000, (epochMs: number) => toDatetime(new Date(epochMs)))

/** Texts of the series of a page, whose objects live as long as the page. */
const known = new WeakMap<Series, { formats: string; visible: VisibleIds; text: string }>()

function commonOf(series: Series, formats: string, visible: VisibleIds): string {
  const last = known.get(series)
  if (last?.formats === formats && last.visible === visible) return last.text
  const common = {
    related_aggregations: [],
    related_accounts: keep([series.accountId], 'accounts', visible),
    related_servicecontracts: keep([series.contractId], 'service_contracts', visible),
    related_servicepoints: keep([series.servicePointId], 'service_points', visible),
    related_meterdevices: keep(series.meterDeviceIds, 'meter_devices', visible),
    interval: JSON.rawJSON(series.interval),
  }
  const shown = visibleFormats(formats, visible.get('meter_devices'))
  const text = `${JSON.stringify(common).slice(0, -1)},"formats":${shown}}`
  known.set(series, { formats, visible, text })
  return text
}

function keep(ids: readonly (string | null)[], kind: KindName, visible: VisibleIds): string[] {
  return ids.filter((id) => id !== null).filter((id) => visible.get(kind)?.has(id))
}

interface Shown {
  start: number
  end: number
  formats: string
  values: Piece | string
}

/** What the views leave of a segment: an interval of a type is shown when one of them shows both. */
function trim(segment: SeenSegment, views: readonly View[]): Shown {
  const { start, end, values, series } = segment
  const isWhole = views.some((view) => view.valueTypes === 'all' && spans(view, start, end))
  if (isWhole) return { start, end, values, formats: series.formats }
  return cut(segment, views)
}

function spans({ segmentStart, segmentEnd }: View, from: number, to: number): boolean {
  return (segmentStart?.getTime() ?? from) <= from && (segmentEnd?.getTime() ?? to) >= to
}

/**
 * The places of other intervals and types become null between those that are shown, and go at the ends (§10.8.3
 * #usage-segment-value-set-format). Cost columns point at the columns that are left.
 */
function cut(segment: SeenSegment, views: readonly View[]): Shown {
  const step = Number(segment.series.interval) * 1000
  const sets = asList(parseExact(textOf(segment.values))).map(asList)
  const at = sets.map((_, place) => {
    const from = segment.start + place * step
    return views.filter((view) => spans(view, from, from + step))
  })
  const first = at.findIndex((shown) => shown.length > 0)
  const last = at.findLastIndex((shown) => shown.length > 0) + 1
  const formats = asList(parseExact(segment.series.formats))
  const shows = (shown: readonly View[], column: number) =>
    shown.some((view) => showsType(view, formats[column] ?? null))
  const columns = formats.flatMap((_, column) => (at.some((shown) => shows(shown, column)) ? [column] : []))
  const values = sets
    .slice(first, last)
    .map((set, index) =>
      columns.map((column) => (shows(at[first + index] ?? [], column) ? (set[column] ?? null) : null)),
    )
  return {
    start: segment.start + first * step,
    end: segment.start + last * step,
    formats: JSON.stringify(columns.map((column) => withIndexes(formats[column] ?? null, columns))),
    values: JSON.stringify(columns.length === 0 ? [] : values),
  }
}

function showsType({ valueTypes }: View, format: Json): boolean {
  return valueTypes === 'all' || (valueTypes instanceof Set && valueTypes.has(typeOf(format)))
}

function withIndexes(format: Json, columns: readonly number[]): Json {
  if (!isObject(format) || !Array.isArray(format.indexes)) return format
  const indexes = format.indexes
    .map((index) => columns.indexOf(Number(String(index))))
    .filter((index) => index >= 0)
    .map((index) => new Decimal(BigInt(index)))
  return { ...format, indexes }
}

function typeOf(format: Json): string {
  return isObject(format) ? String(format.type) : ''
}

function asList(value: Json): Json[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal)
}
