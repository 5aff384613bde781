import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32Combine } from '../../../src/cds/pages/crc32-combine.ts'

describe('crc32Combine, RFC 1952 §8', () => {
  it('is the CRC of both texts joined', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 3000 }), (a, b) => {
        expect(crc32Combine(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])))
      }),
    )
  })

  it.each([0, 1, 16_383, 16_384, 16_385, 5_000_000])(
    'moves the first by a second text of %i bytes',
    (length) => {
      const second = Buffer.alloc(length, 'kWh')
      const joined = Buffer.concat([Buffer.from('usage'), second])
      for (const _ of ['first time', 'from the table']) {
        expect(crc32Combine(crc32('usage'), crc32(second), length)).toBe(crc32(joined))
      }
    },
  )

  it('takes lengths of more than 32 bits', () => {
    const [half, crc] = [2 ** 33, 0x1234abcd]
    expect(crc32Combine(crc, 0, 2 * half)).toBe(crc32Combine(crc32Combine(crc, 0, half), 0, half))
  })
})
