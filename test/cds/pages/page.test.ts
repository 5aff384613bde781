import { spawnSync } from 'node:child_process'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWorthGzip, type Part, toGzip, toPlain } from '../../../src/cds/pages/page.ts'
import { toPiece } from '../../../src/shared/pieces.ts'
import { noteOnce } from '../../support/shared.ts'

const NOTHING = { bytes: Buffer.alloc(0), textBytes: 0, crc: 0 }
const day = toPiece(`"values":[${Array.from({ length: 96 }, (_, place) => `[{"eu":0.${place * 7}}]`)}]}`)
const formats = {
  repeated: `[{"id":"electric_usage_forward","type":"electric_usage","units":"kWh","quality":"valid"}]`,
}
const long = 'é¼ €16.20 '.repeat(20_000)

const PAGES: Record<string, readonly Part[]> = {
  'no parts': [],
  'empty texts': ['', { compress: '' }, { repeated: '' }, '', toPiece('')],
  'a piece of no bytes': ['[', NOTHING, ']'],
  'pieces alone': [day, day, day],
  'text alone': ['{"accounts":[]', ',"next":null}'],
  'a segment': ['{"usage_segments":[{"interval":900,"formats":', formats, ',', day, ']}'],
  'a text that repeats': [formats, ',', formats, ',', formats, day, formats],
  'long text': [long, day, long],
  'long text, compressed': [{ compress: long }, ',', { compress: long }],
  'long text that repeats': [{ repeated: long }, ',', { repeated: long }],
  'text too short to refer to': [{ repeated: 'no' }, day, { repeated: 'no' }],
  'a block that is just full': ['x'.repeat(0xffff), day, 'x'.repeat(0xffff + 1)],
  'a repeat at the edge of the window': [formats, 'x'.repeat(32_768 - formats.repeated.length), formats],
  'a repeat out of reach': [formats, 'x'.repeat(32_769 - formats.repeated.length), formats],
  'more than four megabytes': Array.from({ length: 5000 }, () => ['{"formats":', formats, ',', day]).flat(),
}

const KINDS: ((text: string) => Part)[] = [
  (text) => text,
  (text) => ({ repeated: text }),
  (text) => ({ compress: text }),
  (text) => toPiece(text),
]

/** The text of a page, from the parts alone. */
function textOf(parts: readonly Part[]): string {
  const texts = parts.map((part) => {
    if (typeof part === 'string') return part
    if ('compress' in part) return part.compress
    if ('repeated' in part) return part.repeated
    return part.bytes.length === 0 ? '' : gunzipSync(toGzip([part])).toString()
  })
  return texts.join('')
}

describe('toGzip, RFC 1952', () => {
  it.each(Object.entries(PAGES))('%s: zlib reads the text', (_, parts) => {
    expect(gunzipSync(toGzip(parts)).toString()).toBe(textOf(parts))
  })

  it('says a text that repeats once', () => {
    const once = toGzip([formats, day]).length
    const twice = toGzip([formats, day, formats]).length
    expect(twice - once).toBeLessThan(15)
  })

  it('copies pieces as they are', () => {
    expect(toGzip(['[', day, ']']).includes(day.bytes)).toBe(true)
  })

  it('keeps what a client sent out of all compression, so that the length says nothing of the data', () => {
    const secret = 'account-number-4711'
    const page = (asked: string) =>
      toGzip([{ compress: `{"account_number":"${secret}"}`.repeat(50) }, `"next":"?number=${asked}"`])
    expect(page(secret)).toHaveLength(page('account-number-9999').length)
  })
})

const READERS = {
  gzip: ['-dc'],
  python3: ['-c', 'import gzip, sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))'],
}

describe.each(Object.entries(READERS))('%s', (program, args) => {
  const isThere = spawnSync(program, ['--version']).error === undefined
  if (!isThere) noteOnce(`skipped: ${program} is not installed (Debian: ${program})`)

  it.skipIf(!isThere).each(Object.entries(PAGES))('reads %s', (_, parts) => {
    const { stdout, stderr } = spawnSync(program, args, { input: toGzip(parts), maxBuffer: 2 ** 26 })
    expect(stderr.toString()).toBe('')
    expect(stdout.toString()).toBe(textOf(parts))
  })
})

describe('toPlain', () => {
  it.each(Object.entries(PAGES))('%s', async (_, parts) => {
    expect((await toPlain(parts)).toString()).toBe(textOf(parts))
  })

  it('is the text of the gzip member, whatever the parts', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ minLength: 20, maxLength: 50 }),
      fc.string({ minLength: 1000, maxLength: 3000 }),
    )
    const texts = fc.uniqueArray(text, { minLength: 1, maxLength: 4 })
    const part = (some: string[]) => fc.tuple(fc.constantFrom(...some), fc.constantFrom(...KINDS))
    const pages = texts.chain((some) => fc.array(part(some), { maxLength: 30 }))
    await fc.assert(
      fc.asyncProperty(pages, async (made) => {
        const parts = made.map(([one, toPart]) => toPart(one))
        const whole = made.map(([one]) => one).join('')
        expect((await toPlain(parts)).toString()).toBe(whole)
        expect(gunzipSync(toGzip(parts)).toString()).toBe(whole)
      }),
      { seed: 20_260_101, numRuns: 300 },
    )
  })

  it.each([
    ['a wrong CRC', { ...day, crc: day.crc ^ 1 }],
    ['less text', { ...day, textBytes: day.textBytes + 5 }],
    ['more text', { ...day, textBytes: day.textBytes - 5 }],
    ['bytes that are no deflate', { ...day, bytes: Buffer.alloc(50, 0xff) }],
    ['bytes that end early', { ...day, bytes: gzipSync('').subarray(10, 12) }],
  ])('refuses a piece with %s', async (_, bad) => {
    await expect(toPlain(['[', day, bad, ']'])).rejects.toThrow(/^a stored piece of/)
  })
})

describe('isWorthGzip', () => {
  it.each([
    ['a page of one account', ['{"accounts":[', { compress: 'x'.repeat(1023) }, ']}'], false],
    ['a kilobyte', [{ compress: 'x'.repeat(1024) }], true],
    ['a stored piece', [day], true],
    ['long text that is sent as it is', [long], false],
  ] satisfies [string, Part[], boolean][])('%s', (_, parts, is) => {
    expect(isWorthGzip(parts)).toBe(is)
  })
})
