import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveLinks } from '../../src/espi/resolve-links.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { canonicalJson } from '../../src/shared/json.ts'
import { SEGMENT_LENGTHS } from '../../src/shared/segment-length.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import {
  entriesOf,
  feed,
  feedOf,
  hourly,
  read,
  type TestReading,
  type TestStream,
} from '../espi/build-feed.ts'
import { context as base, total } from './context.ts'

const QUARTER = 900
const START = 1767243600

const reading = fc.record({
  place: fc.integer({ min: 0, max: 4 * 24 * 40 }),
  value: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
  quality: fc.option(fc.constantFrom(0, 8, 14, 17), { nil: undefined }),
  tou: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  cost: fc.option(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), { nil: undefined }),
})

const stream = fc
  .record({
    readings: fc.uniqueArray(reading, { selector: ({ place }) => place, maxLength: 60 }),
    powerOfTenMultiplier: fc.integer({ min: -15, max: 15 }),
    duration: fc.constantFrom(QUARTER, 3600, 86400),
    blocks: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ readings, powerOfTenMultiplier, duration, blocks }) => {
    const all = readings.map(
      ({ place, quality, tou, cost, value }): TestReading => ({
        start: START + place * duration,
        duration,
        value,
        ...(quality !== undefined && { quality }),
        ...(tou !== undefined && { tou }),
        ...(cost !== undefined && { cost }),
      }),
    )
    const type = { ...hourly, currency: 840, powerOfTenMultiplier }
    const parts = Array.from({ length: blocks }, (_, part) =>
      all.filter((_reading, at) => at % blocks === part),
    )
    return { type, blocks: parts } satisfies TestStream
  })

/** One stream each way, so that no two of them compete for a place. */
const streams = fc
  .tuple(stream, stream)
  .map(([forward, reverse]) => [forward, { ...reverse, type: { ...reverse.type, flowDirection: 19 } }])

function sumOf(
  source: TestStream[],
  pick: (reading: TestReading) => bigint,
  scale: (type: TestStream['type']) => number,
  sign: boolean,
): Decimal {
  let sum = new Decimal(0n)
  for (const { type, blocks } of source) {
    for (const one of blocks.flat()) {
      const amount = new Decimal(pick(one), scale(type))
      sum = sum.plus(sign && type?.flowDirection === 19 ? amount.negate() : amount)
    }
  }
  return sum
}

function negativesOf(source: TestStream | undefined): number {
  return source?.blocks.flat().filter(({ value }) => BigInt(value) < 0n).length ?? 0
}

describe.each(SEGMENT_LENGTHS)('translateFeed, for any feed, segments of a %s', (segmentLength) => {
  const context = { ...base, segmentLength }

  it('energy in = energy out, cost in = cost out, to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (source) => {
        const translated = translateFeed(await feed(source), context)
        const energy = sumOf(
          source,
          ({ value }) => BigInt(value),
          (type) => (type?.powerOfTenMultiplier ?? 0) - 3,
          true,
        )
        const cost = sumOf(
          source,
          (one) => BigInt(one.cost ?? 0),
          () => -5,
          false,
        )
        expect(Decimal.parse(total(translated, 'eu'))?.equals(energy)).toBe(true)
        expect(Decimal.parse(total(translated, 'c'))?.equals(cost)).toBe(true)
        // A stream may have no readings at all.
        const others = translated.refused.filter(({ code }) => code !== 'not_referred_to')
        expect(others.filter(({ code }) => code !== 'reverse_negative')).toEqual([])
        expect(others.reduce((sum, { count }) => sum + count, 0)).toBe(negativesOf(source[1]))
      }),
    )
  })

  it('the order of the entries does not matter', async () => {
    const shuffled = streams.chain((source) => {
      const entries = entriesOf(source)
      return fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length }))
    })
    await fc.assert(
      fc.asyncProperty(shuffled, async ([entries, other]) => {
        const one = translateFeed(await read(feedOf(entries)), context)
        const two = translateFeed(await read(feedOf(other)), context)
        expect(canonicalJson(two.usageSegments)).toBe(canonicalJson(one.usageSegments))
        expect(two.meterDevices.map((meter) => meter.cds_meterdevice_id)).toEqual(
          one.meterDevices.map((meter) => meter.cds_meterdevice_id),
        )
      }),
    )
  })

  it('translating twice is translating once, and changes nothing of its input', async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (source) => {
        const one = await feed(source)
        const before = structuredClone(one.entries)
        const first = translateFeed(one, context)
        expect(canonicalJson(translateFeed(one, context))).toBe(canonicalJson(first))
        expect(canonicalJson(translateFeed([one, one], context).usageSegments)).toBe(
          canonicalJson(first.usageSegments),
        )
        expect(one.entries).toEqual(before)
      }),
      { numRuns: 50 },
    )
  })

  it('a feed cut in two at any entry and joined again is the whole feed', async () => {
    const cut = streams.chain((source) => {
      const entries = entriesOf(source)
      return fc.tuple(fc.constant(entries), fc.integer({ min: 0, max: entries.length }))
    })
    await fc.assert(
      fc.asyncProperty(cut, async ([entries, at]) => {
        const parts = await Promise.all(
          [entries.slice(0, at), entries.slice(at)].map((part) => read(feedOf(part))),
        )
        const whole = translateFeed(await read(feedOf(entries)), context)
        expect(canonicalJson(translateFeed(parts, context).usageSegments)).toBe(
          canonicalJson(whole.usageSegments),
        )
        expect(resolveLinks(parts).unresolved).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('the halves of a feed, each with the entries that hold no readings, bring what the whole brings: nothing twice', async () => {
    const cut = streams.chain((source) => {
      const entries = entriesOf(source)
      return fc.tuple(fc.constant(entries), fc.integer({ min: 0, max: entries.length }))
    })
    await fc.assert(
      fc.asyncProperty(cut, async ([entries, at]) => {
        const known = entries.filter((one) => !one.includes('<IntervalBlock'))
        const halves = [entries.slice(0, at), entries.slice(at)].map((half) => [
          ...known,
          ...half.filter((one) => !known.includes(one)),
        ])
        const [whole, ...parts] = await Promise.all(
          [entries, ...halves].map(async (part) => translateFeed(await read(feedOf(part)), context)),
        )
        expect(parts.flatMap(placedValues).sort()).toEqual(whole && placedValues(whole).sort())
      }),
      { numRuns: 50 },
    )
  })
})

describe('translateFeed, for any feed', () => {
  it('days and months tell the same: every value once, months in no more segments', async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (source) => {
        const one = await feed(source)
        const days = translateFeed(one, { ...base, segmentLength: 'day' })
        const months = translateFeed(one, { ...base, segmentLength: 'month' })
        expect(placedValues(months).sort()).toEqual(placedValues(days).sort())
        expect(months.usageSegments.length).toBeLessThanOrEqual(days.usageSegments.length)
        const ids = [...months.usageSegments].map((segment) => segment.cds_usagesegment_id)
        expect(new Set(ids).size).toBe(ids.length)
      }),
    )
  })
})

/** Every value with its format, place in time and digits. */
function placedValues({ usageSegments }: Pick<Translated, 'usageSegments'>): string[] {
  return usageSegments.flatMap(({ segment_start, interval, formats, values }) =>
    values.flatMap((set, at) =>
      set.flatMap((value, column) => {
        if (value === null) return []
        const start = Date.parse(segment_start) / 1000 + at * Number(interval.toString())
        return `${formats[column]?.id} ${start} ${JSON.stringify(value)}`
      }),
    ),
  )
}
