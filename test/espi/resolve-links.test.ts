import { describe, expect, it } from 'vitest'
import { normaliseHref, usagePointKey } from '../../src/espi/link/links.ts'
import { resolveLinks } from '../../src/espi/resolve-links.ts'
import type { ResolvedFeed } from '../../src/espi/resolved.ts'
import { entry, feedOf, read } from './build-feed.ts'

const block = '<IntervalBlock><IntervalReading><value>1</value></IntervalReading></IntervalBlock>'
const related = (href: string): string => `<link rel="related" href="${href}"/>`
const up = (href: string): string => `<link rel="up" href="${href}"/>`

async function resolve(...entries: string[]): Promise<ResolvedFeed> {
  return resolveLinks([await read(feedOf(entries))])
}

/** Usage point key → [reading type's self, number of blocks] per meter reading. */
function shape({ usagePoints }: ResolvedFeed): Record<string, [string | undefined, number][]> {
  return Object.fromEntries(
    usagePoints.map(({ key, meterReadings }) => [
      key,
      meterReadings.map(({ readingType, blocks }) => [readingType?.self[0], blocks.length]),
    ]),
  )
}

describe('normaliseHref', () => {
  it.each([
    ['https://a.example/espi/UsagePoint/1/', '/espi/UsagePoint/1'],
    [' \n http://b.example:8080/espi/UsagePoint/1 ', '/espi/UsagePoint/1'],
    ['User/9b/UsagePoint/01', '/User/9b/UsagePoint/01'],
    ['./Tariff.xml', '/Tariff.xml'],
    ['https://a.example/ReadingType/NzI6bnVsbA==?x=1', '/ReadingType/NzI6bnVsbA==?x=1'],
  ])('%j becomes %s: hosts do not count, case and query do', (href, path) => {
    expect(normaliseHref(href)).toBe(path)
  })
})

describe('usagePointKey', () => {
  it('names a usage point the same under Subscription, RetailCustomer and a nested link', () => {
    expect(usagePointKey('https://a.example/Subscription/5/UsagePoint/77')).toBe('77')
    expect(usagePointKey('/espi/1_1/resource/RetailCustomer/9/UsagePoint/77')).toBe('77')
    expect(usagePointKey('/Subscription/5/UsagePoint/77/MeterReading/1')).toBe('77')
    expect(usagePointKey(undefined, 'urn:uuid:1')).toBe('urn:uuid:1')
  })
})

describe('resolveLinks, usage', () => {
  const point = entry('/UsagePoint/1', '<UsagePoint/>')
  const other = entry('/UsagePoint/2', '<UsagePoint/>')
  const type = entry('/ReadingType/1', '<ReadingType/>')
  const otherType = entry('/ReadingType/2', '<ReadingType/>')
  const expected = { '1': [['/ReadingType/1', 1]], '2': [] }

  it.each([
    [
      'the feed idiom: parents link to collections, children go up to them',
      entry('/UsagePoint/1', '<UsagePoint/>', related('/c/readings')),
      entry('/m', '<MeterReading/>', up('/c/readings') + related('/c/blocks') + related('/ReadingType/1')),
      entry('/b', block, up('/c/blocks')),
    ],
    [
      'the entry idiom, parent to child',
      entry('/UsagePoint/1', '<UsagePoint/>', related('/m')),
      entry('/m', '<MeterReading/>', related('/b') + related('/ReadingType/1')),
      entry('/b', block),
    ],
    [
      'the entry idiom, child to parent',
      point,
      entry('/m', '<MeterReading/>', related('/UsagePoint/1') + related('/ReadingType/1')),
      entry('/b', block, related('/m')),
    ],
    [
      'up to the parent itself',
      point,
      entry('/m', '<MeterReading/>', up('/UsagePoint/1') + related('/ReadingType/1')),
      entry('/b', block, up('/m')),
    ],
    [
      'nothing but nested paths',
      point,
      entry('/UsagePoint/1/MeterReading/1', '<MeterReading/>', related('/ReadingType/1')),
      entry('/UsagePoint/1/MeterReading/1/IntervalBlock/1', block),
    ],
    [
      'the id in a path that differs in front',
      point,
      entry('/Subscription/5/UsagePoint/1/MeterReading/1', '<MeterReading/>', related('/ReadingType/1')),
      entry('/RetailCustomer/6/UsagePoint/1/MeterReading/1/IntervalBlock/1', block),
    ],
    [
      'a reading type that links back',
      point,
      entry('/UsagePoint/1/MeterReading/1', '<MeterReading/>'),
      entry('/UsagePoint/1/MeterReading/1/IntervalBlock/1', block),
      entry('/ReadingType/1', '<ReadingType/>', related('/UsagePoint/1/MeterReading/1')),
    ],
  ])('joins by %s, whatever the order of the entries', async (_name, ...entries) => {
    const all = [
      ...entries,
      ...(entries.some((text) => text.includes('"/ReadingType/1"/><link')) ? [] : [type]),
      other,
      otherType,
    ]
    expect(shape(await resolve(...all))).toEqual(expected)
    expect(shape(await resolve(...all.toReversed()))).toEqual(expected)
  })

  it('takes the only candidate where nothing is said', async () => {
    const feed = await resolve(
      entry('/u', '<UsagePoint/>'),
      entry('/m', '<MeterReading/>'),
      entry('/b', block),
      entry('/t', '<ReadingType/>'),
    )
    expect(shape(feed)).toEqual({ '/u': [['/t', 1]] })
  })

  it('does not give readings to the only usage point when their path names another', async () => {
    const feed = await resolve(
      point,
      type,
      entry('/UsagePoint/9/MeterReading/1', '<MeterReading/>', related('/ReadingType/1')),
    )
    expect(shape(feed)).toEqual({ '1': [], '9': [['/ReadingType/1', 0]] })
  })

  it('does not give readings a reading type that their link does not name', async () => {
    const feed = await resolve(
      point,
      type,
      entry('/UsagePoint/1/MeterReading/1', '<MeterReading/>', related('/ReadingType/7')),
    )
    expect(shape(feed)).toEqual({ '1': [[undefined, 0]] })
  })

  it('keeps usage points of two customers apart that share an id', async () => {
    const feed = await resolve(
      entry('/User/1/UsagePoint/01', '<UsagePoint/>'),
      entry('/User/2/UsagePoint/01', '<UsagePoint/>'),
    )
    expect(Object.keys(shape(feed))).toEqual(['/User/1/UsagePoint/01', '/User/2/UsagePoint/01'])
  })

  it('gives readings to the usage point whose path they continue, before one that shares its id', async () => {
    const reading = (user: number): string =>
      entry(`/User/${user}/UsagePoint/01/MeterReading/1`, '<MeterReading/>', related('/ReadingType/1'))
    const points = [
      entry('/User/1/UsagePoint/01', '<UsagePoint/>'),
      entry('/User/2/UsagePoint/01', '<UsagePoint/>'),
    ]
    expect(shape(await resolve(...points, reading(2), reading(1), type))).toEqual({
      '/User/1/UsagePoint/01': [['/ReadingType/1', 0]],
      '/User/2/UsagePoint/01': [['/ReadingType/1', 0]],
    })
  })

  it('keeps blocks whose meter reading did not come, under the usage point their path names', async () => {
    const feed = await resolve(
      entry('/UsagePoint/1/MeterReading/1/IntervalBlock/1', block),
      entry('/UsagePoint/1/MeterReading/1/IntervalBlock/2', block),
    )
    expect(shape(feed)).toEqual({ '1': [[undefined, 2]] })
  })

  it('lets the later updated win among entries with one self, else the later in the document', async () => {
    const uom = (code: number, updated: string): string =>
      entry('/ReadingType/1', `<ReadingType><uom>${code}</uom></ReadingType>`, '', updated)
    const winner = async (...types: string[]): Promise<[string | undefined, number | undefined]> => {
      const { usagePoints } = await resolve(
        point,
        entry('/UsagePoint/1/MeterReading/1', '<MeterReading/>', related('/ReadingType/1')),
        ...types,
      )
      const found = usagePoints[0]?.meterReadings[0]?.readingType
      return [found?.element.children[0]?.text, found?.rivals.length]
    }
    expect(await winner(uom(72, '2026-01-02T00:00:00Z'), uom(38, '2026-01-01T00:00:00Z'))).toEqual(['72', 0])
    expect(await winner(uom(72, '2026-01-01T00:00:00Z'), uom(72, '2026-01-01T00:00:00Z'))).toEqual(['72', 0])
    expect(await winner(uom(72, '2026-01-01T00:00:00Z'), uom(38, '2026-01-01T00:00:00Z'))).toEqual(['38', 1])
  })
})

describe('resolveLinks, customers', () => {
  it('joins account, agreement, location, meter and usage point over two hosts', async () => {
    const customer = (self: string, payload: string, links = ''): string =>
      entry(`https://pii.example${self}`, payload, links).replace(
        'naesb.org/espi"',
        'naesb.org/espi/customer"',
      )
    const feed = await resolve(
      customer('/Customer/1', '<Customer/>'),
      customer('/Customer/1/CustomerAccount/2', '<CustomerAccount/>'),
      customer('/Customer/1/CustomerAccount/2/CustomerAgreement/3', '<CustomerAgreement/>'),
      customer(
        '/Customer/1/CustomerAccount/2/CustomerAgreement/3/ServiceLocation/4',
        '<ServiceLocation><UsagePoints><UsagePoint>\n https://data.example/Subscription/8/UsagePoint/77 \n</UsagePoint></UsagePoints></ServiceLocation>',
      ),
      customer(
        '/x',
        '<Meter/>',
        related('/Customer/1/CustomerAccount/2/CustomerAgreement/3/ServiceLocation/4'),
      ),
    )
    const [account] = feed.accounts
    expect(account?.customer?.self).toEqual(['/Customer/1'])
    expect(account?.agreements[0]?.serviceLocations[0]).toMatchObject({
      usagePoints: ['77'],
      meters: [{ self: ['/x'] }],
    })
    expect(feed.unresolved).toEqual([])
  })
})
