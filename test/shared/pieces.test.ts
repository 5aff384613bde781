import { constants, crc32, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textOf, toPiece, unpacking } from '../../src/shared/pieces.ts'

describe('toPiece', () => {
  it('keeps the text, its length and its CRC', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const piece = toPiece(text)
        expect(textOf(piece)).toBe(text)
        expect(piece).toMatchObject({ textBytes: Buffer.byteLength(text), crc: crc32(text) })
      }),
    )
  })

  it('is open for more: pieces joined are the texts joined', () => {
    const pieces = ['[{"eu":1.230}]', ',', '', '[{"eu":0}]'].map((text) => toPiece(text))
    const joined = Buffer.concat(pieces.map(({ bytes }) => bytes))
    const text = inflateRawSync(joined, { finishFlush: constants.Z_SYNC_FLUSH, ...unpacking(25) })
    expect(text.toString()).toBe('[{"eu":1.230}],[{"eu":0}]')
  })

  it('unpacks to no more than it should', () => {
    const { bytes } = toPiece('9'.repeat(1_000_000))
    expect(() => textOf({ bytes, textBytes: 1000 })).toThrow(RangeError)
  })
})
