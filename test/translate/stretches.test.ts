import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveLinks } from '../../src/espi/resolve-links.ts'
import { canonicalJson } from '../../src/shared/json.ts'
import { localCalendar } from '../../src/shared/local-calendar.ts'
import { Refusals } from '../../src/translate/refusals.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { periodsOf } from '../../src/translate/usage/periods.ts'
import { toSources } from '../../src/translate/usage/sources.ts'
import { stretchesOf } from '../../src/translate/usage/stretches.ts'
import { feed, hourly, type TestReading } from '../espi/build-feed.ts'
import { context } from './context.ts'

const HOUR = 3600
/** 2026-03-01T05:00:00Z: midnight in New York, and in no zone of the tests. */
const START = 1772341200

const every = (duration: number, count: number): TestReading[] =>
  Array.from({ length: count }, (_, at) => ({ start: START + at * duration, duration, value: at }))

/** The same readings in blocks of these lengths, the last one taking what is left. */
function inBlocks(readings: readonly TestReading[], lengths: readonly number[]): TestReading[][] {
  const ends = lengths.map((_, at) => lengths.slice(0, at + 1).reduce((sum, length) => sum + length, 0))
  return [...ends, readings.length].map((end, at) => readings.slice(ends[at - 1] ?? 0, end))
}

describe('stretchesOf', () => {
  it('gives the same segments, whatever blocks the readings came in and wherever days or months begin', async () => {
    const zone = fc.constantFrom('UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns')
    const duration = fc.constantFrom(20, 900, HOUR, 3 * 86_400)
    const length = fc.constantFrom('day' as const, 'month' as const)
    const lengths = fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        zone,
        duration,
        length,
        lengths,
        fc.boolean(),
        async (timezone, each, segmentLength, blocks, twice) => {
          const told = { ...context, timezone, segmentLength }
          const readings = every(each, 400)
          const parts = inBlocks(readings, blocks)
          const whole = translateFeed(await feed([{ blocks: [readings] }]), told)
          const cut = translateFeed(await feed([{ blocks: twice ? [...parts, ...parts] : parts }]), told)
          expect(canonicalJson(cut.usageSegments)).toBe(canonicalJson(whole.usageSegments))
          expect(cut.refused).toEqual([])
        },
      ),
      { numRuns: 100 },
    )
  })

  it('holds the readings of two days at most where no block begins with a day', async () => {
    const days = inBlocks(
      every(HOUR, 60 * 24),
      Array.from({ length: 60 }, () => 24),
    )
    const { usagePoints } = resolveLinks([await feed([{ blocks: days }])])
    const refusals = new Refusals()
    const sources = usagePoints.flatMap((point) => toSources(point, 0, undefined, refusals))
    const periods = periodsOf('day', localCalendar('UTC'), [])
    const stretches = stretchesOf(sources, { periods, window: undefined, refusals })
    // The same Slots come again and again: their number is taken as each passes.
    const lengths = [...stretches.map(({ length }) => length)]
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(60 * 24)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(48)
  })

  it('refuses a reading once, also in a block that two stretches take from', async () => {
    const { intervalLength: _, ...type } = hourly
    const unknown = (hour: number): TestReading => ({ start: START + hour * HOUR, duration: 0, value: 1 })
    const known = every(HOUR, 60)
    const blocks = [known.slice(0, 24), [...known.slice(24, 60), unknown(30), unknown(50), unknown(51)]]
    const { usageSegments, refused } = translateFeed(await feed([{ type, blocks }]), {
      ...context,
      timezone: 'UTC',
    })
    expect(refused.map(({ code, count }) => [code, count])).toEqual([['duration_unknown', 3]])
    expect(usageSegments.flatMap(({ values }) => values)).toHaveLength(60)
  })
})
