import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { MeterReport, Report } from '../../src/cli/report/report.ts'
import { entriesOf, entry, feedOf, hourly, type TestReading } from '../espi/build-feed.ts'
import { chromiumProgram, launchBrowser } from '../support/chromium.ts'
import { folderOf, gbcds } from './gbcds.ts'

/** 2026-03-08 00:00 in Toronto, a day of 23 hours. */
const START = 1772946000
const HOUR = 3600

function hours(from: number, count: number, value = 1500): TestReading[] {
  return Array.from({ length: count }, (_, at) => ({ start: START + (from + at) * HOUR, value }))
}

async function reportOf(files: Record<string, string>): Promise<Report> {
  const cwd = folderOf(files)
  await gbcds(['translate', ...Object.keys(files), '--timezone', 'America/Toronto', '--report', 'r.json'], {
    cwd,
  })
  return JSON.parse(readFileSync(path.join(cwd, 'r.json'), 'utf8'))
}

async function meterOf(...streams: Parameters<typeof entriesOf>[0]): Promise<MeterReport> {
  const report = await reportOf({ 'a.xml': feedOf(entriesOf(streams)) })
  return report.outputs[0]!.meters[0]!
}

const codesOf = ({ suspicious }: MeterReport): string[] => suspicious.map(({ code }) => code)

describe('the report as JSON', () => {
  it('says first that it is customer data, then what was read, translated, carried and refused', async () => {
    const feed = feedOf(
      entriesOf([
        {
          blocks: [
            [
              { start: START, value: 1, quality: 17 },
              { start: START, value: 'x' },
            ],
          ],
        },
      ]),
    )
    const report = await reportOf({ 'a.xml': feed, 'b.xml': '<html></html>' })
    expect(Object.keys(report)[0]).toBe('notice')
    expect(report.notice).toMatch(/^This report is customer data/)
    expect(report.inputs).toMatchObject([
      { file: 'a.xml', entries: 4, readings: 1, payloads: { IntervalBlock: 1, UsagePoint: 1 } },
      { file: 'b.xml', unreadable: expect.stringContaining('this is an HTML page') },
    ])
    const [output] = report.outputs
    expect(output?.objects).toMatchObject({ service_points: 1, usage_segments: 1 })
    expect(output?.carried).toMatchObject({ espi_quality: 1 })
    expect(output?.refused).toMatchObject([
      { code: 'value_not_integer', count: 1, entries: [{ value: 'x' }] },
    ])
  })

  it('adds up each quantity by local day, digits exact', async () => {
    const meter = await meterOf({ blocks: [[...hours(0, 23), ...hours(23, 24, 1)]] })
    expect(meter).toMatchObject({
      type: 'electric_usage',
      direction: 'forward',
      units: 'kWh',
      interval: HOUR,
      values: 47,
      total: '34.524',
      days: [
        { date: '2026-03-08', value: '34.500', values: 23 },
        { date: '2026-03-09', value: '0.024', values: 24 },
      ],
    })
    expect(codesOf(meter)).toEqual(['clock_change'])
    expect(meter.suspicious[0]?.text).toContain('23 hours, 23 intervals, 23 values')
  })

  it('points at gaps, overlaps and usage that is told twice', async () => {
    const gap = await meterOf({ blocks: [[...hours(30, 2), ...hours(34, 2)]] })
    expect(gap.suspicious).toMatchObject([
      {
        code: 'gap',
        text: 'No value for 2 hours.',
        from: '2026-03-09T13:00:00Z',
        to: '2026-03-09T15:00:00Z',
      },
    ])
    const shifted = { start: START + 30.5 * HOUR, value: 5 }
    expect(codesOf(await meterOf({ blocks: [[...hours(30, 2), shifted]] }))).toContain('overlap')
    const whole = { start: START + 24 * HOUR, duration: 30 * 86_400, value: 900_000 }
    expect(codesOf(await meterOf({ blocks: [hours(30, 4)] }, { blocks: [[whole]] }))).toContain(
      'several_lengths',
    )
  })

  it.each([
    ['a thousandfold', 5_000_000, 'scale_doubtful'],
    ['a thousandth', 1, 'scale_doubtful'],
    ['nothing', 0, 'all_zero'],
    ['negative', -1500, 'negative_value'],
  ])('points at values that are implausible: %s', async (_name, value, code) => {
    expect(codesOf(await meterOf({ blocks: [hours(24, 24, value)] }))).toEqual([code])
  })

  it('adds up no demand and no register', async () => {
    const demand = await meterOf({ type: { ...hourly, uom: 38 }, blocks: [hours(24, 2)] })
    expect([demand.total, demand.days[0]?.value]).toEqual([undefined, '1.500'])
    const register = await meterOf({ type: { ...hourly, accumulationBehaviour: 3 }, blocks: [hours(24, 2)] })
    expect(register).toMatchObject({ interval: 'register', values: 2, days: [], suspicious: [] })
    expect(register.total).toBeUndefined()
  })

  it('sets the billed usage beside the readings of its days', async () => {
    const summary = (billed: number): string =>
      entry(
        '/UsagePoint/1/UsageSummary/1',
        `<UsageSummary><billingPeriod><duration>${47 * HOUR}</duration><start>${START}</start></billingPeriod><currency>840</currency><overallConsumptionLastPeriod><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom><value>${billed}</value></overallConsumptionLastPeriod></UsageSummary>`,
      )
    const bills = async (billed: number) => {
      const feed = feedOf([...entriesOf([{ blocks: [hours(0, 47)] }]), summary(billed)])
      return (await reportOf({ 'a.xml': feed })).outputs[0]?.bills
    }
    expect(await bills(70_500)).toMatchObject([
      {
        start_date: '2026-03-08',
        end_date: '2026-03-09',
        billed: '70.500',
        metered: [{ total: '70.500' }],
        agrees: true,
      },
    ])
    expect(await bills(90_000)).toMatchObject([{ agrees: false }])
  })

  it('sets gas in cubic metres beside what the meter counted, and says where there are readings of periods alone', async () => {
    const gas = { ...hourly, commodity: 7, uom: 42 }
    const summary = entry(
      '/UsagePoint/1/UsageSummary/1',
      `<UsageSummary><billingPeriod><duration>${47 * HOUR}</duration><start>${START}</start></billingPeriod><currency>840</currency><overallConsumptionLastPeriod><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>42</uom><value>47</value></overallConsumptionLastPeriod></UsageSummary>`,
    )
    const bills = async (readings: TestReading[]) => {
      const feed = feedOf([...entriesOf([{ type: gas, blocks: [readings] }], 1), summary])
      return (await reportOf({ 'a.xml': feed })).outputs[0]?.bills
    }
    expect(await bills(hours(0, 47, 1))).toMatchObject([
      { type: 'natural_gas_usage', units: 'm3', metered: [{ total: '47' }], agrees: true },
    ])
    expect(await bills([{ start: START, duration: 47 * HOUR, value: 47 }])).toMatchObject([
      { metered: [], agrees: null, periods_only: true },
    ])
  })

  it('tells what is noticed from what is refused, and where the feed has a usage point', async () => {
    const noticed = feedOf(entriesOf([{ type: { ...hourly, flowDirection: 19 }, blocks: [hours(0, 1, -1)] }]))
    const [output] = (await reportOf({ 'a.xml': noticed })).outputs
    expect(output?.refused).toEqual([])
    expect(output?.noticed).toMatchObject([{ code: 'reverse_negative', count: 1 }])
    expect(output?.meters[0]?.usage_points).toEqual(['/UsagePoint/1'])
  })
})

describe('the report as a page', () => {
  const page = async (): Promise<string> => {
    const files = ['test/fixtures/espi/solar-usage.xml', 'test/fixtures/espi/solar-customer.xml']
    const file = path.join(folderOf({}), 'r.html')
    const { err } = await gbcds(['translate', ...files, '--timezone', 'America/Toronto', '--report', file])
    expect(err).toContain(`Report: ${file}. It holds customer data.`)
    return file
  }

  it('names no customer in a heading', async () => {
    const text = readFileSync(await page(), 'utf8')
    const headings = [...text.matchAll(/<(?:h\d|title)>(.*?)<\//g)].map(([, heading]) => heading)
    expect(headings).toContain('Green Button translation report')
    for (const personal of ['Ada', 'Street', '555', '0007']) expect(headings.join()).not.toContain(personal)
  })

  it.skipIf(!chromiumProgram())(
    'asks for nothing, draws each meter, and fits 390 and 1280 pixels',
    async () => {
      const url = pathToFileURL(await page()).href
      const browser = await launchBrowser()
      try {
        for (const width of [390, 1280]) {
          const tab = await browser.newPage({ viewport: { width, height: 900 } })
          const asked: string[] = []
          tab.on('request', (request) => asked.push(request.url()))
          await tab.goto(url)
          expect(asked).toEqual([url])
          expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width)
          expect(await tab.locator('svg[role=img] rect').count()).toBeGreaterThan(0)
        }
      } finally {
        await browser.close()
      }
    },
    60_000,
  )
})
