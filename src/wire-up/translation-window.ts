import { localCalendar } from '../shared/local-calendar.ts'
import { periodOf, type SegmentLength } from '../shared/segment-length.ts'
import type { SyncRun } from '../sync/stores.ts'
import type { Window as TranslationWindow } from '../translate/translated.ts'

/**
 * A window of a run, and what its windows and those of earlier runs cover together, both in whole segments: what a custodian
 * sends of the month in which the history begins comes with the first window alone.
 */
export function toTranslationWindow(
  { from, to }: { from: Date; to: Date },
  { historyFrom, startedAt }: Pick<SyncRun, 'historyFrom' | 'startedAt'>,
  { timezone, segmentLength }: { timezone: string; segmentLength: SegmentLength },
): TranslationWindow {
  const calendar = localCalendar(timezone)
  const whole = (first: number, last: number) => ({
    start: periodOf(calendar, segmentLength, first).start,
    end: periodOf(calendar, segmentLength, last).end,
  })
  return {
    ...whole(toSeconds(from), toSeconds(to) - 1),
    history: whole(toSeconds(historyFrom), toSeconds(startedAt)),
  }
}

function toSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}
