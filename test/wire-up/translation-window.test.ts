import { describe, expect, it } from 'vitest'
import { toTranslationWindow } from '../../src/wire-up/translation-window.ts'

const run = { historyFrom: new Date('2025-12-18T15:00:00Z'), startedAt: new Date('2026-03-10T12:00:00Z') }
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 13)

function windowOf(segmentLength: 'day' | 'month', from: string, to: string) {
  const asked = { from: new Date(from), to: new Date(to) }
  const window = toTranslationWindow(asked, run, { timezone: 'America/New_York', segmentLength })
  return [iso(window.start), iso(window.end), iso(window.history.start), iso(window.history.end)]
}

describe('toTranslationWindow', () => {
  it('is the window that was asked for, in a history of whole local days', () => {
    expect(windowOf('day', '2026-03-01T05:00:00Z', '2026-03-11T04:00:00Z')).toEqual([
      '2026-03-01T05',
      '2026-03-11T04',
      '2025-12-18T05',
      '2026-03-11T04',
    ])
  })

  it.each([
    [
      'the first, which begins in a month',
      '2025-12-18T05:00:00Z',
      '2026-01-01T05:00:00Z',
      '2025-12-01T05',
      '2026-01-01T05',
    ],
    ['one in between', '2026-01-01T05:00:00Z', '2026-03-01T05:00:00Z', '2026-01-01T05', '2026-03-01T05'],
    [
      'the last, which ends in a month',
      '2026-03-01T05:00:00Z',
      '2026-03-11T04:00:00Z',
      '2026-03-01T05',
      '2026-04-01T04',
    ],
  ])('reaches over whole local months with segments of months: %s', (_, from, to, start, end) => {
    expect(windowOf('month', from, to)).toEqual([start, end, '2025-12-01T05', '2026-04-01T04'])
  })
})
