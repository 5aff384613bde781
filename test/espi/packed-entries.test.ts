import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, IntervalBlock } from '../../src/espi/model.ts'
import { PackedEntries } from '../../src/espi/read/packed-entries.ts'

const BLOCK: IntervalBlock = {
  type: 'intervalBlock',
  name: 'IntervalBlock',
  start: 1_767_243_600,
  duration: 86_400,
  from: 0,
  to: 24,
  faults: [],
}

const entryWith = (over: Partial<Entry> = {}, block: Partial<IntervalBlock> = {}): Entry => ({
  number: 1,
  line: 7,
  id: 'urn:uuid:1',
  self: ['/IntervalBlock/1'],
  up: [],
  related: [],
  updated: 1_767_225_600_123,
  payloads: [{ ...BLOCK, ...block }],
  ...over,
})

const text = fc.oneof(
  fc
    .nat(300)
    .map((number) => `https://utility.example/${'espi/'.repeat(number % 40)}IntervalBlock/${number}`),
  fc.stringMatching(/^[!-~é€😀\n]{1,20}$/u),
)
const links = fc.array(text, { maxLength: 3 })
const number = fc.oneof(fc.constant(undefined), fc.nat(), fc.nat(9e12))
const entry = fc
  .record({ id: fc.option(text, { nil: undefined }), self: links, up: links, related: links, start: number })
  .chain(({ start, ...texts }) =>
    fc
      .record({ number: fc.nat(), line: fc.nat(), updated: fc.integer(), from: fc.nat(), duration: number })
      .map(({ from, duration, ...numbers }) =>
        entryWith({ ...texts, ...numbers }, { start, duration, from, to: from + 3 }),
      ),
  )

describe('PackedEntries', () => {
  it('gives back every entry as it was', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 140 }), (entries) => {
        const packed = new PackedEntries()
        const kept = entries.map((one) => packed.pack(one))
        expect(JSON.stringify(kept)).toBe(JSON.stringify(entries))
        for (const [at, one] of kept.entries()) expect(one).not.toBe(entries[at])
      }),
      { numRuns: 100 },
    )
  })

  it('leaves an entry alone that holds anything else, a fault, or a time that is no integer', () => {
    const others = [
      entryWith({ payloads: [] }),
      entryWith({ payloads: [BLOCK, BLOCK] }),
      entryWith({}, { start: 1_767_243_600.5 }),
      entryWith({}, { faults: [{ code: 'value_missing', field: 'IntervalReading.value', count: 1 }] }),
    ]
    const packed = new PackedEntries()
    for (const other of others) expect(packed.pack(other)).toBe(other)
  })
})
