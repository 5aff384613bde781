import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import type { EspiFeed } from '../../src/espi/model.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { SEGMENT_LENGTHS, type SegmentLength } from '../../src/shared/segment-length.ts'
import { startTranslation } from '../../src/translate/translate-feed.ts'
import { TextBuffer } from '../../src/translate/usage/text-buffer.ts'
import { feed, hourly, type TestReading, type TestStream } from '../espi/build-feed.ts'
import { sharedPath } from '../support/shared.ts'
import { context as base } from './context.ts'

const STAMPS = { cds_created: '2026-01-01T00:00:00Z', cds_synced: '2026-01-01T00:00:00Z' }

function expectSameTexts(source: EspiFeed, segmentLength: SegmentLength): void {
  const context = { ...base, segmentLength }
  const objects = startTranslation(source, context)
  const texts = startTranslation(source, context)
  const expected = [...objects.usageSegments()].map((segment) => JSON.stringify({ ...segment, ...STAMPS }))
  expect([...texts.usageSegmentTexts(STAMPS)]).toEqual(expected)
  expect(texts.refused()).toEqual(objects.refused())
}

describe.each(SEGMENT_LENGTHS)(
  'usageSegmentTexts of a %s, beside JSON.stringify of the objects',
  (length) => {
    it('is the same byte by byte for any feed', async () => {
      const reading = fc.record(
        {
          start: fc.integer({ min: 0, max: 200 }).map((place) => 1767243600 + place * 900),
          duration: fc.constantFrom(900, 900, 900, 3600, 86_400, 2_592_000, 10),
          value: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.bigInt(), fc.constant(0)),
          cost: fc.oneof(fc.integer(), fc.maxSafeInteger()),
          quality: fc.constantFrom(0, 8, 17),
          tou: fc.integer({ min: 0, max: 2 }),
        },
        { requiredKeys: ['start', 'duration', 'value'] },
      )
      const stream = fc.record({
        blocks: fc.array(fc.array(reading as fc.Arbitrary<TestReading>, { maxLength: 30 }), { maxLength: 4 }),
        type: fc.record({
          powerOfTenMultiplier: fc.integer({ min: -15, max: 15 }),
          flowDirection: fc.constantFrom(1, 4, 19),
          accumulationBehaviour: fc.constantFrom(3, 4),
          currency: fc.constantFrom(0, 124, 840),
        }),
      })
      const streams = fc
        .array(stream, { minLength: 1, maxLength: 3 })
        .map((all) => all.map(({ type, blocks }): TestStream => ({ type: { ...hourly, ...type }, blocks })))
      await fc.assert(
        fc.asyncProperty(streams, async (source) => expectSameTexts(await feed(source), length)),
        { numRuns: 300 },
      )
    })

    const corpus = sharedPath('corpus')
    it.skipIf(!corpus)('is the same byte by byte for every real file', async () => {
      for (const name of readdirSync(corpus ?? '').filter((file) => file.endsWith('.xml'))) {
        const source = await readFeed(createReadStream(path.join(corpus ?? '', name))).catch(
          (error: unknown) => error,
        )
        if (!(source instanceof MalformedFeedError)) expectSameTexts(source as EspiFeed, length)
      }
    })

    it('ends after the values where there are no stamps', async () => {
      const source = await feed([{ blocks: [[{ start: 1767243600, value: 1 }]] }])
      const [text] = [...startTranslation(source, base).usageSegmentTexts({})]
      expect(text?.endsWith('"values":[[{"eu":0.001}]]}')).toBe(true)
    })
  },
)

describe.each(SEGMENT_LENGTHS)(
  'time does not grow faster than the readings, segments of a %s',
  (segmentLength) => {
    const COUNT = 40_000
    it.each([
      [
        'each on a grid of its own',
        (at: number): TestReading => ({ start: at * 901 + 7, duration: 900, value: 1 }),
      ],
      [
        'each with a duration of its own',
        (at: number): TestReading => ({ start: at * 60, duration: at + 1, value: 1 }),
      ],
      [
        'each with a time of use of its own',
        (at: number): TestReading => ({ start: at * 900, value: 1, tou: at }),
      ],
      ['newest first', (at: number): TestReading => ({ start: (COUNT - at) * 900, duration: 900, value: 1 })],
      ['all at once', (at: number): TestReading => ({ start: 900, duration: 900, value: at })],
    ])('%s', async (_name, reading) => {
      const readings = Array.from({ length: COUNT }, (_, at) => reading(at))
      const blocks = Array.from({ length: COUNT / 100 }, (_, at) => readings.slice(at * 100, at * 100 + 100))
      const source = await feed([{ blocks }])
      const started = performance.now()
      const texts = startTranslation(source, { ...base, segmentLength }).usageSegmentTexts({})
      expect([...texts].length).toBeGreaterThan(0)
      expect(performance.now() - started).toBeLessThan(10_000)
    })
  },
)

describe('TextBuffer', () => {
  it('writes numbers as Decimal does, of any length and exponent', () => {
    const buffer = new TextBuffer()
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.nat(15),
        fc.integer({ min: -40, max: 20 }),
        (large, digits, exponent) => {
          const integer = Math.trunc(large / 10 ** digits)
          buffer.clear()
          buffer.addNumber(integer, exponent)
          expect(buffer.toString()).toBe(new Decimal(BigInt(integer), exponent).toString())
        },
      ),
      { numRuns: 5000 },
    )
  })

  it.each([
    [0, -3, '0.000'],
    [-0, 0, '0'],
    [-5, -3, '-0.005'],
    [9007199254740991, -3, '9007199254740.991'],
    [-9007199254740991, 0, '-9007199254740991'],
    [2147483648, -1, '214748364.8'],
    [10, 2, '1000'],
  ])('writes %d × 10^%d as %s', (integer, exponent, text) => {
    const buffer = new TextBuffer()
    buffer.addNumber(integer, exponent)
    expect(buffer.toString()).toBe(text)
  })
})

describe('usage segments', () => {
  it('come in order of time, then by kind, interval and grid, whatever the order of the blocks', async () => {
    const day = 86_400
    const at = (start: number, value: number): TestReading => ({ start, duration: 3600, value })
    const source = await feed([
      { blocks: [[at(1767243600 + 2 * day, 5), at(1767243600, 1)], [at(1767243600 + day, 3)]] },
      {
        type: { ...hourly, accumulationBehaviour: 3 },
        blocks: [[at(1767243600 + day, 4)], [at(1767243600, 2)]],
      },
    ])
    const values = [...startTranslation(source, base).usageSegments()].map((segment) => segment.values)
    expect(JSON.stringify(values)).toBe(
      '[[[{"eu":0.001}]],[[{"r":"0.002"}]],[[{"eu":0.003}]],[[{"r":"0.004"}]],[[{"eu":0.005}]]]',
    )
  })
})
