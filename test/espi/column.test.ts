import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ABSENT, Column } from '../../src/espi/read/column.ts'

const EDGES = [0, 127, 128, 32_767, 32_768, 2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER].flatMap((edge) => [
  edge,
  -edge || 0,
])

describe('Column', () => {
  it('gives back every integer as it was written, and ABSENT for every row that was not', () => {
    const row = fc.oneof(fc.nat(20), fc.nat(10_000))
    const integer = fc.oneof(fc.constantFrom(...EDGES), fc.maxSafeInteger())
    fc.assert(
      fc.property(fc.array(fc.tuple(row, integer), { maxLength: 40 }), (writes) => {
        const column = new Column()
        const expected = new Map<number, number>()
        for (const [at, value] of writes) {
          column.set(at, value)
          expected.set(at, value)
        }
        for (const at of [...expected.keys(), ...Array(25).keys(), 4095, 4096, 9999, 20_000]) {
          expect(column.get(at)).toBe(expected.get(at) ?? ABSENT)
        }
      }),
      { numRuns: 500 },
    )
  })
})
