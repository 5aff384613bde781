import { describe, expect, it } from 'vitest'
import { planWindows } from '../../src/sync/plan-windows.ts'

const request = {
  customer: true,
  usagePoints: true,
  usageFrom: new Date('2026-02-20T15:00:00Z'),
  now: new Date('2026-03-10T12:00:00Z'),
  timezone: 'America/New_York',
  daysPerRequest: 10,
}

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

  it('asks for nothing that was not granted', () => {
    expect(planWindows({ ...request, customer: false, usagePoints: false, usageFrom: undefined })).toEqual([])
  })
})
