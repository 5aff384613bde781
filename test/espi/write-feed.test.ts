import { describe, expect, it } from 'vitest'
import type { Element } from '../../src/espi/model.ts'
import { type WrittenEntry, writeFeed } from '../../src/espi/write-feed.ts'
import { read } from './build-feed.ts'

function leaf(name: string, text: string): Element {
  return { name, vocabulary: 'usage', text, children: [] }
}

const element: Element = {
  name: 'UsagePoint',
  vocabulary: 'usage',
  text: '',
  children: [leaf('roleFlags', 'a < b & "c"\r\n]]>')],
}
const entry: WrittenEntry = {
  self: '/UsagePoint/1?a=1&b="2"',
  up: '/UsagePoint',
  related: ['/x', '/y'],
  title: '<T>',
  payload: { element },
}

function feedOf(entries: Iterable<WrittenEntry>): string {
  return [...writeFeed({ self: '/feed', title: 'A & B', updated: '2026-01-01T00:00:00Z', entries })].join('')
}

describe('writeFeed', () => {
  it('writes an Atom feed that reads back as it was: links, titles, texts with marks of XML', async () => {
    const feed = await read(feedOf([entry]))
    expect(feed.self).toBe('/feed')
    expect(feed.entries).toMatchObject([
      { self: [entry.self], up: ['/UsagePoint'], related: ['/x', '/y'], updated: Date.UTC(2026, 0, 1) },
    ])
    expect(feed.entries[0]?.payloads).toEqual([{ type: 'resource', name: 'UsagePoint', element }])
  })

  it('gives the same resource the same id in every feed, and another to another', async () => {
    const [one, two] = await Promise.all([
      read(feedOf([entry, { ...entry, self: '/2' }])),
      read(feedOf([entry])),
    ])
    expect(one?.entries[0]?.id).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(one?.entries[0]?.id).toBe(two?.entries[0]?.id)
    expect(one?.entries[1]?.id).not.toBe(one?.entries[0]?.id)
  })

  it('writes a character that XML cannot hold as U+FFFD, and half a pair too', async () => {
    const payload = { element: { ...element, children: [leaf('roleFlags', 'a\u0000b\ud800c')] } }
    const [written] = (await read(feedOf([{ ...entry, payload }]))).entries
    expect(written?.payloads).toMatchObject([{ element: { children: [{ text: 'a\ufffdb\ufffdc' }] } }])
  })

  it('writes readings with every digit, children in the order of the XSD', async () => {
    const readings = [
      {
        start: 0,
        duration: 900,
        value: -(10n ** 24n),
        cost: 5n,
        quality: 8,
        tou: 1,
        consumptionTier: 2,
        cpp: 3,
      },
    ]
    const text = feedOf([{ ...entry, payload: { block: { start: 0, duration: 900, readings } } }])
    expect(
      text
        .match(/<espi:IntervalReading>.*<\/espi:IntervalReading>/)?.[0]
        .match(/<espi:\w+/g)
        ?.map((tag) => tag.slice(6)),
    ).toEqual([
      'IntervalReading',
      'cost',
      'ReadingQuality',
      'quality',
      'timePeriod',
      'duration',
      'start',
      'value',
      'consumptionTier',
      'tou',
      'cpp',
    ])
    const feed = await read(text)
    expect(feed.readings.value(0)).toBe(-(10n ** 24n))
  })

  it('comes in pieces: a block of many readings is never one text', () => {
    const readings = Array.from({ length: 5000 }, (_, at) => ({ start: at, duration: 1, value: 1n }))
    const pieces = [
      ...writeFeed({
        self: '/',
        title: '',
        updated: '',
        entries: [{ ...entry, payload: { block: { start: 0, duration: 5000, readings } } }],
      }),
    ]
    expect(pieces.length).toBeGreaterThan(10)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000)
  })
})
