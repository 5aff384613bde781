import { describe, expect, it } from 'vitest'
import { addDuration, parseDuration, toLocalDate } from '../../src/oauth/details/relative-datetime.ts'

const add = (from: string, duration: string, direction: 1 | -1 = 1, zone = 'America/New_York') =>
  addDuration(new Date(from), parseDuration(duration)!, direction, zone).toISOString()

describe('relative datetimes, CDS-WG1-02 §2 and §3.9', () => {
  it.each(['', 'P', 'PT', 'P1', '1Y', 'P1H', 'PT1D', 'P1.5Y', 'P-1Y', 'P1W2D', 'P2000Y', 'infinite'])(
    '%j is not a duration (RFC 3339 Appendix A)',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  )

  it.each([
    ['P1Y', '2027-06-15T12:00:00.000Z'],
    ['P2M', '2026-08-15T12:00:00.000Z'],
    ['P3W', '2026-07-06T12:00:00.000Z'],
    ['P30DT2H', '2026-07-15T14:00:00.000Z'],
    ['P1YT23H', '2027-06-16T11:00:00.000Z'],
    ['PT0S', '2026-06-15T12:00:00.000Z'],
  ])('%s after noon UTC of 15 June', (duration, expected) => {
    expect(add('2026-06-15T12:00:00Z', duration)).toBe(expected)
  })

  it('counts days on the calendar of the zone: the clock shows the same over a DST change', () => {
    expect(add('2026-03-07T17:00:00Z', 'P1D')).toBe('2026-03-08T16:00:00.000Z')
    expect(add('2026-03-07T17:00:00Z', 'PT24H')).toBe('2026-03-08T17:00:00.000Z')
    expect(add('2026-11-02T17:00:00Z', 'P2D', -1)).toBe('2026-10-31T16:00:00.000Z')
  })

  it('moves a time that the spring change skips an hour later, and takes the first of two in autumn', () => {
    expect(add('2026-03-07T07:30:00Z', 'P1D')).toBe('2026-03-08T07:30:00.000Z')
    expect(add('2026-10-31T05:30:00Z', 'P1D')).toBe('2026-11-01T05:30:00.000Z')
  })

  it('takes the last day where a month is shorter', () => {
    expect(add('2024-02-29T12:00:00Z', 'P1Y')).toBe('2025-02-28T12:00:00.000Z')
    expect(add('2026-03-31T12:00:00Z', 'P1M', -1, 'UTC')).toBe('2026-02-28T12:00:00.000Z')
  })
})

describe('relative dates, CDS-WG1-02 §2 and §3.9', () => {
  const moment = { now: new Date('2026-06-16T02:00:00Z'), timezone: 'America/New_York' }

  it.each([
    ['2026-01-31', '2026-01-31'],
    ['P0D', '2026-06-15'],
    ['P1Y', '2025-06-15'],
    ['P1M', '2026-05-15'],
    ['P2W', '2026-06-01'],
  ])('%s before today, which is the 15th where the server is', (text, expected) => {
    expect(toLocalDate(text, -1, moment)).toBe(expected)
  })

  it('counts forward for the end of something', () => {
    expect(toLocalDate('P1Y', 1, moment)).toBe('2027-06-15')
  })

  it.each(['P1DT2H', 'PT0S', '2026-02-30', '2026-01-31T00:00:00Z', 'infinite', 'yesterday'])(
    '%s is none: a date has no hours, minutes or seconds',
    (text) => expect(toLocalDate(text, -1, moment)).toBeUndefined(),
  )
})
