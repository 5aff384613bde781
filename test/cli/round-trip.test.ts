import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { entriesOf, feedOf, hourly } from '../espi/build-feed.ts'
import { folderOf, gbcds } from './gbcds.ts'

const FIXTURES = 'test/fixtures/espi'
const usage = readFileSync(`${FIXTURES}/solar-usage.xml`)
const customer = readFileSync(`${FIXTURES}/rich-customer.xml`)

describe('gbcds round-trip', () => {
  it('says for each file how many facts came back and what was refused, and ends with 0', async () => {
    const cwd = folderOf({ 'usage.xml': usage, 'customer.xml': customer })
    const { code, out } = await gbcds(['round-trip', 'usage.xml', 'customer.xml'], { cwd })
    expect(out).toMatch(/^usage\.xml: 7 facts, 7 came back, 0 refused by name, 0 differing$/m)
    expect(out).toMatch(/^customer\.xml: 81 facts, 65 came back, 16 refused by name, 0 differing$/m)
    expect(out).toMatch(/^All 2 files: 88 facts, 72 came back, 16 refused by name, 0 differing$/m)
    expect(out).toMatch(/^ {2}Refused 1 × withheld_personal \(Customer\.vip\): /m)
    expect(out).not.toMatch(/Sample House|dialysis/)
    expect(code).toBe(0)
  })

  it('joins files that belong together', async () => {
    const cwd = folderOf({
      'usage.xml': usage,
      'customer.xml': readFileSync(`${FIXTURES}/solar-customer.xml`),
    })
    const { code, out } = await gbcds(['round-trip', '--together', 'usage.xml', 'customer.xml'], { cwd })
    expect(out).toMatch(
      /^usage\.xml, customer\.xml: 30 facts, 30 came back, 0 refused by name, 0 differing$/m,
    )
    expect(code).toBe(0)
  })

  it('ends with 2 where a file is no feed, and proves the others', async () => {
    const cwd = folderOf({ 'usage.xml': usage, 'page.xml': '<html/>' })
    const { code, out, err } = await gbcds(['round-trip', 'page.xml', 'usage.xml'], { cwd })
    expect(err).toMatch(/gbcds round-trip: page\.xml: /)
    expect(out).toMatch(/7 came back/)
    expect(code).toBe(2)
  })
})

describe('gbcds to-espi', () => {
  const NOW = ['--now', '2026-03-09T00:00:00Z']

  it.each(['json', 'ndjson'])(
    'writes what translate wrote as %s, and that translates to the same values',
    async (format) => {
      const cwd = folderOf({ 'usage.xml': usage })
      const zone = ['--timezone', 'America/Toronto']
      const { out: objects } = await gbcds(['translate', 'usage.xml', '--format', format, ...zone, ...NOW], {
        cwd,
      })
      const {
        code,
        out: feed,
        err,
      } = await gbcds(['to-espi', '-', ...zone, ...NOW], { cwd, stdin: Buffer.from(objects) })
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(feed).toMatch(
        /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/,
      )
      const { out: again } = await gbcds(['translate', '-', '--format', format, ...zone, ...NOW], {
        cwd,
        stdin: Buffer.from(feed),
      })
      const values = (text: string): string[] => text.match(/"values":\[\[.*?\]\]/g) ?? []
      expect(values(objects).length).toBeGreaterThan(0)
      expect(values(again)).toEqual(values(objects))
    },
  )

  it('joins the listings of a server and names what ESPI cannot say, with exit code 1', async () => {
    const segment = {
      cds_usagesegment_id: 'u1',
      related_servicepoints: ['p1'],
      segment_start: '2026-01-01T00:00:00Z',
      interval: 3600,
      formats: [{ type: 'electric_usage', units: 'kWh', tier: 'tier_1' }],
      values: [[{ eu: 1.25 }]],
    }
    const point = { cds_servicepoint_id: 'p1', servicepoint_types: ['electric'] }
    const cwd = folderOf({
      'points.json': JSON.stringify({ service_points: [point], next: null, previous: null }),
      'usage.json': JSON.stringify({ usage_segments: [segment], next: null, previous: null }),
    })
    const { code, out, err } = await gbcds(['to-espi', 'points.json', 'usage.json', ...NOW], { cwd })
    expect(out).toContain('<espi:value>125</espi:value>')
    expect(out).toContain('<espi:powerOfTenMultiplier>1</espi:powerOfTenMultiplier>')
    expect(err).toBe('Not said 1 × usage_segment u1, tier: ESPI has no element for it.\n')
    expect(code).toBe(1)
  })

  it.each([
    ['<feed/>', 'not JSON'],
    ['"text"', 'not JSON'],
    [
      '{"usage_segments":[{"cds_usagesegment_id":"u1","interval":"x"}]}',
      'no CDS objects: usage_segments.0.segment_start',
    ],
    ['{"list":1,"object":{}}', 'no CDS objects'],
    ['{"list":"accounts","object":{}}\n{', 'not JSON'],
    ['[]', 'no CDS objects: the document'],
    ['{"error":"invalid_token"}', 'no CDS objects: none of the lists accounts, '],
    ['3', 'no CDS objects: none of the lists'],
  ])('says of %s why it holds no objects, with exit code 2', async (text, said) => {
    const cwd = folderOf({ 'in.json': text })
    const { code, out, err } = await gbcds(['to-espi', 'in.json'], { cwd })
    expect(err).toContain(`gbcds to-espi: in.json: ${said}`)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  it('reads files of any size whole: no chunk is overwritten before it is read', async () => {
    const line = (at: number): string =>
      JSON.stringify({
        list: 'service_points',
        object: { cds_servicepoint_id: `p${at}`, servicepoint_types: ['electric'] },
      }).padEnd(1023)
    const cwd = folderOf({ 'in.ndjson': Array.from({ length: 1500 }, (_, at) => `${line(at)}\n`).join('') })
    const { code, out } = await gbcds(['to-espi', 'in.ndjson', ...NOW], { cwd })
    expect(code).toBe(0)
    expect(out.match(/<espi:UsagePoint\b/g)).toHaveLength(1500)
  })

  it('counts an object that comes again once, and refuses two of one id that disagree', async () => {
    const point = (type: string, modified: string): string =>
      JSON.stringify({
        service_points: [
          {
            cds_servicepoint_id: 'p1',
            servicepoint_types: [type],
            cds_modified: `2026-01-0${modified}T00:00:00Z`,
          },
        ],
      })
    const cwd = folderOf({
      'a.json': point('electric', '1'),
      'b.json': point('electric', '2'),
      'c.json': point('water', '1'),
    })
    const same = await gbcds(['to-espi', 'a.json', 'b.json', ...NOW], { cwd })
    expect(same.code).toBe(0)
    expect(same.out.match(/<espi:UsagePoint\b/g)).toHaveLength(1)
    const other = await gbcds(['to-espi', 'a.json', 'c.json', ...NOW], { cwd })
    expect(other.err).toContain('gbcds to-espi: a.json and c.json disagree about p1: ')
    expect(other).toMatchObject({ code: 2, out: '' })
  })

  it('writes a feed of nothing for nothing', async () => {
    const cwd = folderOf({
      'in.json': JSON.stringify({ accounts: [] }),
      'usage.xml': feedOf(entriesOf([{ type: hourly, blocks: [] }])),
    })
    const { code, out } = await gbcds(['to-espi', 'in.json', ...NOW], { cwd })
    expect(out).toContain('<updated>2026-03-09T00:00:00Z</updated>')
    expect(out).not.toContain('<entry>')
    expect(code).toBe(0)
  })
})
