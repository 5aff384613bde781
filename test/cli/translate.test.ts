import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli/translate.ts'
import type { TranslateOptions } from '../../src/cli/translate-options.ts'
import { parseExact } from '../../src/shared/json.ts'
import { entriesOf, feedOf, hourly } from '../espi/build-feed.ts'

const usage = 'test/fixtures/espi/solar-usage.xml'
const customer = 'test/fixtures/espi/solar-customer.xml'
const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-'))

function fileOf(name: string, content: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, content)
  return file
}

async function translate(
  files: string[],
  options: TranslateOptions = {},
  stdin = '',
): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const [out, err] = [text(stdout), text(stderr)]
  const code = await run(files, options, { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr })
  stdout.end()
  stderr.end()
  return { code, out: await out, err: await err }
}

const hour = { start: 1767243600, value: 1234567890123456789n }
const clean = fileOf('clean.xml', feedOf(entriesOf([{ blocks: [[hour]] }])))

describe('gbcds translate', () => {
  it('writes one object with its lists, stamped, digits exact, and exits 0', async () => {
    const { code, out, err } = await translate([clean], {
      timezone: 'America/Toronto',
      now: '2026-03-09T12:00:00+01:00',
    })
    expect(code).toBe(0)
    const output = parseExact(out) as Record<string, Record<string, unknown>[]>
    expect(Object.keys(output)).toEqual([
      'accounts',
      'service_contracts',
      'service_points',
      'meter_devices',
      'bill_statements',
      'bill_sections',
      'usage_segments',
      'refused',
      'noticed',
    ])
    expect(out).toContain('"values":[[{"eu":1234567890123456.789}]]')
    expect(output.usage_segments?.[0]).toMatchObject({
      cds_created: '2026-03-09T11:00:00Z',
      cds_modified: '2026-03-09T11:00:00Z',
      cds_synced: '2026-03-09T11:00:00Z',
    })
    expect(err).toContain('Translated to 0 accounts, 0 service contracts, 1 service points, 1 meter devices,')
  })

  it('joins files given together, and says what it noticed without the value', async () => {
    const { code, out, err } = await translate([usage, customer], { timezone: 'America/Toronto' })
    expect(code).toBe(0)
    const { accounts, usage_segments, refused, noticed } = JSON.parse(out)
    expect(usage_segments[0].related_accounts).toEqual([accounts[0].cds_account_id])
    expect(refused).toEqual([])
    expect(noticed).toMatchObject([{ code: 'contact_not_e164', count: 1 }])
    expect(err).toContain('Noticed 1 × contact_not_e164 (Organisation.phone2)')
    expect(err).not.toContain('0007-1')
    expect(err).not.toContain('555')
  })

  it('writes the same in every run, and the same values with --pretty', async () => {
    const options = { timezone: 'America/Toronto', now: '2026-03-09T00:00:00Z' }
    const plain = await translate([usage, customer], options)
    expect((await translate([usage, customer], options)).out).toBe(plain.out)
    const pretty = await translate([usage, customer], { ...options, pretty: true })
    expect(JSON.parse(pretty.out)).toEqual(JSON.parse(plain.out))
    expect(pretty.out.split('\n').length).toBeGreaterThan(100)
  })

  it('makes segments of a month with --segments month, whose values are those of the days', async () => {
    const readings = Array.from({ length: 24 * 40 }, (_, at) => ({
      start: 1767243600 + at * 3600,
      value: at,
    }))
    const file = fileOf('forty.xml', feedOf(entriesOf([{ blocks: [readings] }])))
    const options = { timezone: 'America/Toronto', now: '2026-03-09T00:00:00Z' }
    const segmentsOf = async (more: object) => {
      const { code, out, err } = await translate([file], { ...options, ...more })
      expect([code, err]).toEqual([0, expect.not.stringContaining('cut in UTC')])
      return JSON.parse(out).usage_segments as { segment_start: string; values: unknown[] }[]
    }
    const [days, months] = [await segmentsOf({}), await segmentsOf({ segments: 'month' })]
    expect(days).toHaveLength(40)
    expect(months.map(({ segment_start, values }) => [segment_start, values.length])).toEqual([
      ['2026-01-01T05:00:00Z', 31 * 24],
      ['2026-02-01T05:00:00Z', 9 * 24],
    ])
    expect(months.flatMap(({ values }) => values)).toEqual(days.flatMap(({ values }) => values))
    expect(await segmentsOf({ segments: 'day' })).toEqual(days)
    const { err } = await translate([file], { segments: 'month' })
    expect(err).toContain('Months are cut in UTC')
  })

  it('reads standard input for -', async () => {
    const { code, out } = await translate(
      ['-'],
      {},
      feedOf(entriesOf([{ type: { ...hourly, uom: 38 }, blocks: [[hour]] }])),
    )
    expect(code).toBe(0)
    expect(JSON.parse(out).usage_segments[0].formats[0].type).toBe('electric_demand')
  })

  it.each([
    ['no file', [], {}, 'name at least one file'],
    ['a missing file', ['nowhere.xml'], {}, 'nowhere.xml: no such file; check the path'],
    ['a folder', [folder], {}, 'a folder; name the files in it'],
    [
      'an HTML page',
      [fileOf('login.html', '<!doctype html><html></html>')],
      {},
      'this is an HTML page, not a Green Button feed',
    ],
    [
      'a cut feed',
      [fileOf('cut.xml', '<feed xmlns="http://www.w3.org/2005/Atom"><entry>')],
      {},
      'the feed is cut short',
    ],
    ['an empty file', [fileOf('empty.xml', '')], {}, 'the document is empty'],
    ['a pattern without files', ['nowhere/*.xml'], {}, 'no file matches this pattern'],
    ['an unknown format', [clean], { format: 'xlsx' }, 'choose json, ndjson, csv'],
    ['indented CSV', [clean], { format: 'csv', pretty: true }, '--pretty goes with --format json only'],
    ['a report of another kind', [clean], { report: ['r.pdf'] }, '--report r.pdf must end in .json or .html'],
    ['a wrong zone', [clean], { timezone: 'Mars/Olympus' }, 'is no IANA time zone'],
    [
      'another length of segments',
      [clean],
      { segments: 'week' },
      '--segments week is not known; choose day or month',
    ],
    ['a wrong time', [clean], { now: 'yesterday' }, 'is no date and time'],
    ['a day that no month has', [clean], { now: '2026-02-30T00:00:00Z' }, 'is no date and time'],
    ['a wrong currency', [clean], { currency: '840' }, 'is no ISO 4217 code'],
    ['a currency that no country has', [clean], { currency: 'XYZ' }, 'is no ISO 4217 code'],
  ])('exits 2 and says what to do, nothing on stdout: %s', async (_name, files, options, reason) => {
    const { code, out, err } = await translate(files, options)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(reason)
  })

  it('goes on after a file that cannot be read, and exits with the worst code', async () => {
    const { code, out, err } = await translate([fileOf('empty.xml', ''), clean])
    expect(code).toBe(2)
    expect(JSON.parse(out).usage_segments).toHaveLength(1)
    expect(err).toContain('empty.xml: the document is empty')
  })
})
