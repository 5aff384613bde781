import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_ROWS } from '../../src/espi/read/column.ts'
import { Progression } from '../../src/espi/read/progression.ts'

function expectKept(integers: readonly number[]): void {
  const progression = new Progression()
  for (const [row, integer] of integers.entries()) progression.append(row, integer)
  expect(integers.map((_, row) => progression.get(row))).toEqual(integers)
}

describe('Progression', () => {
  it('gives back every integer, whatever the steps between them', () => {
    const start = fc.oneof(fc.constantFrom(-1, 0, 9e12, 2 ** 31), fc.nat(9e12))
    const step = fc.oneof(fc.constantFrom(0, 900, -900, 86_400), fc.integer({ min: -1e9, max: 1e9 }))
    const run = fc.tuple(start, step, fc.nat(PAGE_ROWS + 2))
    fc.assert(
      fc.property(fc.array(run, { maxLength: 4 }), (runs) => {
        expectKept(
          runs.flatMap(([first, by, count]) => Array.from({ length: count }, (_, at) => first + at * by)),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('takes no memory for rows that follow each other', () => {
    const before = process.memoryUsage().arrayBuffers
    const progression = new Progression()
    for (let row = 0; row < 1e6; row++) progression.append(row, 1_767_225_600 + row * 900)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000)
    expect(progression.get(999_999)).toBe(1_767_225_600 + 999_999 * 900)
  })
})
