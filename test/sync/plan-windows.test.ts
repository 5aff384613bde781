import { describe, expect, it } from 'vitest'
import { planWindows, type WindowRequest } from '../../src/sync/plan-windows.ts'

const request = {
  customer: true,
  usagePoints: true,
  usageFrom: new Date('2026-02-20T15:00:00Z'),
  now: new Date('2026-03-10T12:00:00Z'),
  timezone: 'America/New_York',
  daysPerRequest: 10,
  segmentLength: 'day',
} as const

describe('planWindows', () => {
  it('asks who and where first, then readings, oldest first', () => {
    expect(planWindows(request).map((window) => window.purpose)).toEqual([
      'customer',
      'usage_points',
      'usage',
      'usage',
    ])
  })

  it('begins and ends windows at local midnight, across the change to summer time, without gap or overlap', () => {
    const usage = planWindows(request).filter((window) => window.purpose === 'usage')
    expect(usage.map(({ from, to }) => [from.toISOString(), to.toISOString()])).toEqual([
      ['2026-02-20T05:00:00.000Z', '2026-03-02T05:00:00.000Z'],
      ['2026-03-02T05:00:00.000Z', '2026-03-11T04:00:00.000Z'],
    ])
  })

  describe('of months', () => {
    const asked = (change: Partial<WindowRequest>) =>
      planWindows({ ...request, segmentLength: 'month', daysPerRequest: 31, ...change })
        .filter((window) => window.purpose === 'usage')
        .map(({ from, to }) => [from.toISOString().slice(0, 13), to.toISOString().slice(0, 13)])

    it('begins and ends windows at the first of a local month, the last at the end of today', () => {
      expect(asked({ usageFrom: new Date('2026-01-20T15:00:00Z') })).toEqual([
        ['2026-01-01T05', '2026-02-01T05'],
        ['2026-02-01T05', '2026-03-01T05'],
        ['2026-03-01T05', '2026-03-11T04'],
      ])
    })

    it('puts as many whole months into a window as a request may have days', () => {
      const usageFrom = new Date('2025-10-20T15:00:00Z')
      expect(asked({ usageFrom, daysPerRequest: 92 })).toEqual([
        ['2025-10-01T04', '2026-01-01T05'],
        ['2026-01-01T05', '2026-03-11T04'],
      ])
      expect(asked({ usageFrom, daysPerRequest: 91 })[0]).toEqual(['2025-10-01T04', '2025-12-01T05'])
    })

    it('asks for nothing before the day from which the utility has readings and granted them', () => {
      const usageFrom = new Date('2026-02-20T15:00:00Z')
      expect(asked({ usageFrom, reachesTo: new Date('2026-02-11T15:00:00Z') })).toEqual([
        ['2026-02-11T05', '2026-03-01T05'],
        ['2026-03-01T05', '2026-03-11T04'],
      ])
    })

    it('begins with the month of the revised days: on the third, with the month before', () => {
      const now = new Date('2026-03-03T12:00:00Z')
      expect(asked({ usageFrom: new Date('2026-02-24T12:00:00Z'), now })).toEqual([
        ['2026-02-01T05', '2026-03-01T05'],
        ['2026-03-01T05', '2026-03-04T05'],
      ])
    })
  })

  it('asks for nothing that was not granted', () => {
    expect(planWindows({ ...request, customer: false, usagePoints: false, usageFrom: undefined })).toEqual([])
  })
})
