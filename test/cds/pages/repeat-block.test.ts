import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repeatBlock, WINDOW } from '../../../src/cds/pages/repeat-block.ts'
import { storedPiece } from '../../../src/cds/pages/stored-piece.ts'

const LAST_BLOCK = Buffer.from([0x03, 0x00])
const text = Array.from({ length: WINDOW }, (_, place) =>
  String.fromCharCode(33 + ((place * place + (place >> 5)) % 90)),
).join('')

/** What zlib makes of the first `distance` bytes of the text and a reference to the first `length` of them. */
function repeated(length: number, distance: number): string {
  const blocks = [storedPiece(text.slice(0, distance)).bytes, repeatBlock(length, distance), LAST_BLOCK]
  return inflateRawSync(Buffer.concat(blocks)).toString().slice(distance)
}

describe('repeatBlock, RFC 1951 §3.2.5', () => {
  it('has a code for every length', () => {
    for (let length = 3; length <= 1100; length++) expect(repeated(length, 2000)).toBe(text.slice(0, length))
  })

  it('has a code for every distance', () => {
    const powers = Array.from({ length: 15 }, (_, power) => 2 ** (power + 1))
    const edges = powers.flatMap((power) => [power - 1, power, power + 1, power * 1.5, power * 1.5 + 1])
    const distances = edges.filter(
      (distance) => distance >= 3 && distance <= WINDOW && Number.isInteger(distance),
    )
    expect(distances).toContain(WINDOW)
    for (const distance of distances) expect(repeated(3, distance)).toBe(text.slice(0, 3))
  })

  it('says again what began there', () => {
    const pairs = fc
      .integer({ min: 3, max: WINDOW })
      .chain((distance) => fc.tuple(fc.integer({ min: 3, max: distance }), fc.constant(distance)))
    fc.assert(
      fc.property(pairs, ([length, distance]) => {
        expect(repeated(length, distance)).toBe(text.slice(0, length))
      }),
    )
  })

  it('is short: 745 bytes of formats become 15', () => {
    expect(repeatBlock(745, 2700)).toHaveLength(15)
  })
})
