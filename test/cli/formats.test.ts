import { describe, expect, it } from 'vitest'
import { csvLine } from '../../src/cli/csv-line.ts'
import { localTimes } from '../../src/cli/local-times.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { localCalendar } from '../../src/shared/local-calendar.ts'
import { entriesOf, feedOf, hourly } from '../espi/build-feed.ts'
import { folderOf, gbcds } from './gbcds.ts'

/** 2026-03-08, when clocks in Toronto skip from 02:00 to 03:00. */
const START = 1772949600

describe('CSV', () => {
  it('has a row per value with exact digits, UTC and local times', async () => {
    const readings = [
      { start: START, value: '1234567890123456789', quality: 17, cost: 100000 },
      { start: START + 3600, value: 2, quality: 17 },
    ]
    const type = { ...hourly, flowDirection: 19, currency: 840 }
    const cwd = folderOf({ 'a.xml': feedOf(entriesOf([{ type, blocks: [readings] }])) })
    const { code, out } = await gbcds(
      ['translate', 'a.xml', '--format', 'csv', '--timezone', 'America/Toronto'],
      { cwd },
    )
    expect(code).toBe(0)
    const [header = '', ...rows] = out.split('\r\n')
    const columns = header.split(',')
    const cells = rows
      .slice(0, -1)
      .map((row) => Object.fromEntries(row.split(',').map((cell, at) => [columns[at], cell])))
    expect(cells).toHaveLength(3)
    expect(cells[0]).toMatchObject({
      segment_start: '2026-03-08T06:00:00Z',
      interval_start: '2026-03-08T06:00:00Z',
      interval_end: '2026-03-08T07:00:00Z',
      interval_start_local: '2026-03-08T01:00:00-05:00',
      interval_end_local: '2026-03-08T03:00:00-04:00',
      type: 'electric_usage',
      direction: 'reverse',
      units: 'kWh',
      quality: 'valid',
      usage_points: '/UsagePoint/1',
      meter_numbers: '',
      value: '-1234567890123456.789',
      espi_quality: '17',
    })
    expect(cells[1]).toMatchObject({ type: 'cost', units: 'USD', value: '1.00000' })
    expect(cells[2]).toMatchObject({ interval_start_local: '2026-03-08T03:00:00-04:00', value: '-0.002' })
  })

  it('names the meter by the number on it', async () => {
    const files = ['test/fixtures/espi/solar-usage.xml', 'test/fixtures/espi/solar-customer.xml']
    const { out } = await gbcds(['translate', ...files, '--format', 'csv'])
    const [header = '', first = ''] = out.split('\r\n')
    expect(first.split(',')[header.split(',').indexOf('meter_numbers')]).toBe('000123')
  })

  it('quotes as RFC 4180 §2 asks, and ends lines with CRLF', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', undefined, null, 7])).toBe('a,"b,c","d""e","f\ng",,,7\r\n')
  })

  it.each(['=1+1', '+1', '-1+1', '@A1', '\t=1', '-', '--1'])('runs no formula: %j', (text) => {
    expect(csvLine([text])).toBe(`'${text}\r\n`)
  })

  it('leaves negative numbers numbers', () => {
    expect(csvLine([new Decimal(-1230n, -3), '-5'])).toBe('-1.230,-5\r\n')
  })
})

it('NDJSON has the objects of the JSON lists, one a line', async () => {
  const files = ['test/fixtures/espi/solar-usage.xml', 'test/fixtures/espi/solar-customer.xml']
  const common = ['translate', ...files, '--timezone', 'America/Toronto', '--now', '2026-03-09T00:00:00Z']
  const lists: Record<string, unknown[]> = JSON.parse((await gbcds(common)).out)
  const { out } = await gbcds([...common, '--format', 'ndjson'])
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const expected = Object.entries(lists).flatMap(([list, objects]) =>
    objects.map((object) => ({ list, object })),
  )
  expect(lines).toEqual(expected)
})

it('local times carry the offset of their moment, half hours too', () => {
  const toronto = localTimes(localCalendar('America/Toronto'))
  expect(toronto(1793509200)).toBe('2026-11-01T01:00:00-04:00')
  expect(toronto(1793512800)).toBe('2026-11-01T01:00:00-05:00')
  expect(localTimes(localCalendar('America/St_Johns'))(1767225600)).toBe('2025-12-31T20:30:00-03:30')
  expect(localTimes(localCalendar('UTC'))(0)).toBe('1970-01-01T00:00:00+00:00')
})
