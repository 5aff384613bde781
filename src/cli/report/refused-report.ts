import type { Refused } from '../../translate/translated.ts'
import type { RefusedReport } from './report.ts'

/** So many entries are listed for each code and field. */
const LISTED = 50

/** What was refused, by code and field, with the entries. */
export function toRefusedReports(refused: readonly Refused[]): RefusedReport[] {
  const kinds = Map.groupBy(refused, ({ code, field }) => JSON.stringify([code, field]))
  return [...kinds.values()].map((lines) => ({
    code: lines[0]?.code ?? '',
    field: lines[0]?.field ?? '',
    detail: lines[0]?.detail ?? '',
    count: lines.reduce((sum, { count }) => sum + count, 0),
    entries: lines.slice(0, LISTED).map(({ entry, value, count }) => ({ entry, value, count })),
    left_off: Math.max(0, lines.length - LISTED),
  }))
}
