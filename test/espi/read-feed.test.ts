import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import type { EspiFeed, IntervalBlock } from '../../src/espi/model.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { chunksOf, entry, feedOf, read } from './build-feed.ts'

const solar = readFileSync('test/fixtures/espi/solar-usage.xml')

function blockOf(feed: EspiFeed): IntervalBlock {
  const block = feed.entries.flatMap(({ payloads }) => payloads).find(({ type }) => type === 'intervalBlock')
  if (block?.type !== 'intervalBlock') throw new Error('no block')
  return block
}

const readingXml = (inner: string): string =>
  `<IntervalBlock xmlns="http://naesb.org/espi"><IntervalReading>${inner}</IntervalReading></IntervalBlock>`

describe('readFeed, the envelope', () => {
  it('keeps id, links and updated of an entry, and its payload whole', async () => {
    const feed = await read(solar)
    expect(feed.self).toBe('https://utility.example/espi/1_1/resource/Batch/Subscription/5')
    expect(feed.entries.map(({ payloads }) => payloads[0]?.name)).toEqual([
      'UsagePoint',
      'MeterReading',
      'MeterReading',
      'IntervalBlock',
      'IntervalBlock',
      'ReadingType',
      'ReadingType',
    ])
    expect(feed.entries[0]).toMatchObject({
      number: 1,
      id: 'urn:uuid:00000000-0000-4000-8000-000000000002',
      up: ['https://utility.example/espi/1_1/resource/Subscription/5/UsagePoint'],
      updated: Date.UTC(2026, 2, 9),
    })
  })

  it('reads the same whatever the size of the chunks', async () => {
    const whole = await read(solar)
    for (const size of [1, 2, 3, 7, 64, 1000]) expect(await read(solar, {}, size)).toEqual(whole)
  })

  it.each([
    [
      'a single entry',
      entry('/UsagePoint/1', '<UsagePoint/>').replace(
        '<entry>',
        '<entry xmlns="http://www.w3.org/2005/Atom">',
      ),
    ],
    ['a bare payload', '<UsagePoint xmlns="http://naesb.org/espi"/>'],
    ['a payload without any namespace', '<UsagePoint/>'],
    [
      'any prefix',
      '<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:n="http://naesb.org/espi"><a:entry><a:content><n:UsagePoint/></a:content></a:entry></a:feed>',
    ],
    [
      'a prefix nobody declared',
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><content><ns1:UsagePoint/></content></entry></feed>',
    ],
  ])('reads %s', async (_name, text) => {
    const feed = await read(text)
    expect(feed.entries.map(({ payloads }) => payloads.map(({ name }) => name))).toEqual([['UsagePoint']])
  })

  it('reads documents that were written one after the other', async () => {
    const one = '<?xml version="1.0"?>\n<UsagePoint xmlns="http://naesb.org/espi"/>'
    for (const size of [1, 5, 1000]) {
      expect((await read(`${one}\n${one}\n`, {}, size)).entries).toHaveLength(2)
    }
  })

  it('reads several IntervalBlocks in one content', async () => {
    const block = readingXml('<timePeriod><start>0</start></timePeriod><value>1</value>')
    const feed = await read(feedOf([`<entry><content>${block}${block}</content></entry>`]))
    expect(
      feed.entries[0]?.payloads.map(
        (payload) => payload.type === 'intervalBlock' && [payload.from, payload.to],
      ),
    ).toEqual([
      [0, 1],
      [1, 2],
    ])
  })

  it.each([
    [
      'UTF-16 with BOM',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<UsagePoint><é>ü</é></UsagePoint>', 'utf16le')]),
    ],
    ['UTF-8 with BOM', Buffer.from('\uFEFF<UsagePoint><é>ü</é></UsagePoint>')],
    [
      'ISO-8859-1 by its declaration',
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><UsagePoint><é>ü</é></UsagePoint>', 'latin1'),
    ],
    ['gzip', gzipSync('<UsagePoint><é>ü</é></UsagePoint>')],
  ])('reads %s', async (_name, bytes) => {
    for (const size of [1, 2, bytes.length]) {
      const [payload] = (await read(bytes, {}, size)).entries[0]?.payloads ?? []
      expect(payload).toMatchObject({ element: { children: [{ name: 'é', text: 'ü' }] } })
    }
  })
})

describe('readFeed, what is not a whole ESPI document', () => {
  it('refuses every truncation of a feed', async () => {
    const text = solar.toString().trimEnd()
    for (let length = 0; length < text.length; length += 1) {
      await expect(read(text.slice(0, length)), `cut at ${length}`).rejects.toThrow(MalformedFeedError)
    }
  })

  it.each([
    ['', 'the document is empty'],
    ['  \n', 'the document is empty'],
    ['<!DOCTYPE html><html><body>Sign in</body></html>', 'HTML page'],
    ['<html><body><br></body></html>', 'HTML page'],
    ['{"error":"invalid_token"}', 'JSON'],
    ['Service unavailable', 'not XML'],
    ['<rss/>', 'the root element <rss> is neither Atom nor ESPI (line 1)'],
    ['<feed xmlns="http://example.com/other"/>', 'the root element <feed> is neither Atom nor ESPI'],
    ['<!DOCTYPE feed [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom"/>', 'DOCTYPE'],
    ['<feed xmlns="http://www.w3.org/2005/Atom"><entry>&bomb;</entry></feed>', 'not well-formed'],
    [
      '<feed xmlns="http://www.w3.org/2005/Atom">\n<entry>\n</feed>',
      'not well-formed: unexpected close tag. (line 3, entry 1)',
    ],
    ['<UsagePoint/>rest', 'not well-formed'],
  ])('names what %j is', async (text, reason) => {
    await expect(read(text)).rejects.toThrow(reason)
  })

  it.each([
    [
      'depth',
      { depth: 8 },
      `<UsagePoint>${'<a>'.repeat(8)}${'</a>'.repeat(8)}</UsagePoint>`,
      'nested deeper than 8',
    ],
    ['entries', { entries: 1 }, feedOf(['<entry/>', '<entry/>']), 'more than 1 entries'],
    ['bytes', { bytes: 10 }, '<UsagePoint></UsagePoint>', 'larger than 10 bytes'],
    ['text', { text: 100 }, `<UsagePoint>${'x'.repeat(101)}</UsagePoint>`, 'longer than 100 characters'],
    ['attributes', { text: 100 }, `<UsagePoint a="${'x'.repeat(500)}"/>`, 'longer than 100 characters'],
  ])('limits %s', async (_name, limits, text, reason) => {
    await expect(read(text, { limits }, 16)).rejects.toThrow(reason)
  })

  it.each([1, 100, 5000])('reads chunks of %i bytes that all come in the same memory', async (size) => {
    const reused = async function* (bytes: Uint8Array) {
      const memory = new Uint8Array(size)
      for (let at = 0; at < bytes.length; at += size) {
        const chunk = bytes.subarray(at, at + size)
        memory.set(chunk)
        yield memory.subarray(0, chunk.length)
        memory.fill(0x3c)
      }
    }
    const whole = await read(solar)
    for (const bytes of [solar, gzipSync(solar)]) {
      const feed = await readFeed(reused(bytes))
      expect(feed.entries).toEqual(whole.entries)
      expect(feed.readings).toEqual(whole.readings)
    }
  })

  it('refuses a damaged or cut gzip stream', async () => {
    const bytes = gzipSync(solar)
    await expect(read(bytes.subarray(0, bytes.length - 9))).rejects.toThrow(
      'gzip stream is damaged or cut short',
    )
  })

  it('passes on what the source itself throws', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* chunksOf(solar.subarray(0, 500))
      throw new Error('connection lost')
    }
    const { readFeed } = await import('../../src/espi/read-feed.ts')
    await expect(readFeed(broken())).rejects.toThrow('connection lost')
  })
})

describe('readFeed, whatever becomes of the document', () => {
  const feed = Buffer.from(feedOf([entry('/UsagePoint/1', '<UsagePoint/>')]))
  const half = feed.subarray(0, feed.length / 2)

  it.each([
    ['is whole', feed],
    ['is cut', half],
    ['is none', Buffer.from('<xyz/>'.padEnd(5000))],
    ['is packed', gzipSync(feed)],
    ['is packed and cut', gzipSync(half)],
    ['is packed and damaged', gzipSync(feed).fill(0, 20, 40)],
  ])('lets go of its source when it %s', async (_name, bytes) => {
    let released = 0
    async function* source(size: number): AsyncGenerator<Uint8Array> {
      try {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        // More than anybody needs: who stops early must say so.
        for (let spaces = 0; spaces < 100; spaces++) yield Buffer.from('\n')
      } finally {
        released++
      }
    }
    for (const size of [64, bytes.length]) {
      await readFeed(source(size)).catch((error: unknown) => expect(error).toBeInstanceOf(MalformedFeedError))
    }
    await new Promise(setImmediate)
    expect(released).toBe(2)
  })
})

describe('readFeed, an IntervalReading', () => {
  const time = '<timePeriod><duration>900</duration><start>1772953200</start></timePeriod>'

  it.each([
    ['12', 12n],
    [' +12\n', 12n],
    ['-0012', -12n],
    ['<![CDATA[12]]>', 12n],
    ['1<!-- a comment -->2', 12n],
    ['&#49;2', 12n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['-9007199254740993', -9007199254740993n],
  ])('reads the value %j exactly', async (text, value) => {
    const feed = await read(readingXml(`${time}<value>${text}</value>`))
    expect(blockOf(feed).faults).toEqual([])
    expect(feed.readings.value(0)).toBe(value)
    expect([feed.readings.start(0), feed.readings.duration(0)]).toEqual([1772953200, 900])
  })

  it.each([
    ['value_not_integer', `${time}<value>12.5</value>`],
    ['value_not_integer', `${time}<value>1e3</value>`],
    ['value_missing', time],
    ['value_missing', `${time}<value></value>`],
    ['timestamp_not_integer', '<timePeriod><start>1721154384.66136</start></timePeriod><value>1</value>'],
    ['timestamp_not_integer', '<timePeriod><start>2026-01-01</start></timePeriod><value>1</value>'],
  ])('refuses by name, %s, and keeps no row', async (code, inner) => {
    const feed = await read(readingXml(inner))
    expect(blockOf(feed).faults).toMatchObject([{ code, count: 1 }])
    expect(feed.readings.length).toBe(0)
  })

  it('does not take a foreign or unknown element for a value', async () => {
    const foreign = `<x:value xmlns:x="urn:other">7</x:value><odd><value>8</value></odd>${time}<value>1</value>`
    const feed = await read(readingXml(foreign))
    expect(feed.readings.value(0)).toBe(1n)
    expect(blockOf(feed).faults.map(({ code, field }) => [code, field])).toEqual([
      ['unknown_element', 'IntervalReading.value'],
      ['unknown_element', 'IntervalReading.odd'],
    ])
  })

  it('reads milliseconds where seconds are meant', async () => {
    const feed = await read(
      readingXml('<timePeriod><start>1772953200000</start></timePeriod><value>1</value>'),
    )
    expect(feed.readings.start(0)).toBe(1772953200)
  })

  it('keeps cost, quality, tou, consumptionTier and cpp, and tells absent from 0', async () => {
    const { readings } = await read(
      readingXml(
        `<cost>-8700</cost><ReadingQuality><quality>0</quality></ReadingQuality>${time}<value>1</value><consumptionTier>2</consumptionTier><tou>0</tou>`,
      ),
    )
    expect(readings.cost(0)).toBe(-8700n)
    expect(readings.code('quality', 0)).toBe(0)
    expect(readings.code('consumptionTier', 0)).toBe(2)
    expect(readings.code('tou', 0)).toBe(0)
    expect(readings.code('cpp', 0)).toBeUndefined()
  })
})
