import { describe, expect, it, vi } from 'vitest'
import { localCalendar } from '../../src/shared/local-calendar.ts'

const HOUR = 3600
const epoch = (text: string): number => Date.parse(text) / 1000
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16)

describe('localCalendar', () => {
  it.each([
    ['America/Toronto', '2026-01-15T12:00Z', '2026-01-15T05:00', 24],
    ['America/Toronto, clock forward', '2026-03-08T12:00Z', '2026-03-08T05:00', 23],
    ['America/Toronto, clock back', '2026-11-01T12:00Z', '2026-11-01T04:00', 25],
    ['America/Toronto, its first second', '2026-03-08T05:00Z', '2026-03-08T05:00', 23],
    ['America/Toronto, the last second before', '2026-03-08T04:59:59Z', '2026-03-07T05:00', 24],
    ['America/Phoenix, no daylight saving time', '2026-03-08T12:00Z', '2026-03-08T07:00', 24],
    ['Pacific/Auckland, clock back', '2026-04-05T00:00Z', '2026-04-04T11:00', 25],
    ['America/Sao_Paulo, a day without midnight', '2018-11-04T12:00Z', '2018-11-04T03:00', 23],
    ['America/Havana, a day with two midnights', '2026-11-01T12:00Z', '2026-11-01T04:00', 25],
    ['Asia/Beirut, midnight falls back into the day before', '2021-10-30T12:00Z', '2021-10-29T21:00', 25],
    ['Australia/Lord_Howe, half an hour', '2026-04-04T20:00Z', '2026-04-04T13:00', 24.5],
    ['UTC', '2026-01-15T12:00Z', '2026-01-15T00:00', 24],
  ])('%s: the day of %s begins at %s and has %d hours', (zone, time, start, hours) => {
    const day = localCalendar(zone.split(',')[0]!).dayOf(epoch(time))
    expect([iso(day.start), (day.end - day.start) / HOUR]).toEqual([start, hours])
  })

  it('gives the local date', () => {
    const day = localCalendar('America/Toronto').dayOf(epoch('2026-01-01T04:59:59Z'))
    expect(day).toMatchObject({ year: 2025, month: 12, dayOfMonth: 31, weekday: 3 })
  })

  it.each([
    ['America/Toronto', '2026-02-15T12:00Z', '2026-02-01T05:00', 28 * 24],
    ['America/Toronto, clock forward', '2026-03-31T12:00Z', '2026-03-01T05:00', 31 * 24 - 1],
    ['America/Toronto, clock back', '2026-11-01T05:30Z', '2026-11-01T04:00', 30 * 24 + 1],
    ['America/Toronto, the last second of a year', '2026-01-01T04:59:59Z', '2025-12-01T05:00', 31 * 24],
    ['America/Havana, a first with two midnights', '2026-11-30T12:00Z', '2026-11-01T04:00', 30 * 24 + 1],
    ['Australia/Lord_Howe, half an hour', '2026-04-20T00:00Z', '2026-03-31T13:00', 30 * 24 + 0.5],
    ['UTC', '2024-02-29T12:00Z', '2024-02-01T00:00', 29 * 24],
  ])('%s: the month of %s begins at %s and has %d hours', (zone, time, start, hours) => {
    const month = localCalendar(zone.split(',')[0]!).monthOf(epoch(time))
    expect([iso(month.start), (month.end - month.start) / HOUR]).toEqual([start, hours])
  })

  it.each([
    ['America/Toronto', '2026-03-08T06:59:59Z', -5],
    ['America/Toronto', '2026-03-08T07:00:00Z', -4],
    ['America/Toronto', '2026-11-01T05:59:59Z', -4],
    ['America/Toronto', '2026-11-01T06:00:00Z', -5],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', 11],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 10.5],
  ])('%s: the clock is ahead of UTC at %s by %d hours', (zone, time, hours) => {
    expect(localCalendar(zone).offsetAt(epoch(time)) / HOUR).toBe(hours)
  })

  it.each([
    ['America/Toronto', 2026, -5, 1, '2026-03-08T07:00', '2026-11-01T06:00'],
    ['Australia/Sydney', 2026, 10, 1, '2026-10-03T16:00', '2026-04-04T16:00'],
    ['Australia/Lord_Howe', 2026, 10.5, 0.5, '2026-10-03T15:30', '2026-04-04T15:00'],
    ['America/Phoenix', 2026, -7, 0, undefined, undefined],
  ])('%s: the clock of %d', (zone, year, standard, ahead, begins, ends) => {
    const clock = localCalendar(zone).clockOf(year)
    expect([clock.standard / HOUR, clock.ahead / HOUR]).toEqual([standard, ahead])
    expect([clock.begins, clock.ends].map((at) => at && iso(at))).toEqual([begins, ends])
  })

  it('asks Intl once for each zone, whoever needs its calendar', () => {
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts')
    const yearOf = (zone: string): void => {
      const calendar = localCalendar(zone)
      for (let at = epoch('2031-01-01T00:00Z'); at < epoch('2032-01-01T00:00Z'); at += HOUR)
        calendar.dayOf(at)
      calendar.clockOf(2031)
    }
    yearOf('America/Winnipeg')
    const first = asked.mock.calls.length
    yearOf('America/Winnipeg')
    expect([first > 365, asked.mock.calls.length - first]).toEqual([true, 0])
    asked.mockRestore()
  })

  it('knows no zone that does not exist', () => {
    expect(() => localCalendar('Mars/Olympus')).toThrow(RangeError)
  })
})
