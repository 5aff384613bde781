import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MalformedFeedError } from '../../src/espi/errors.ts'
import type { EspiFeed } from '../../src/espi/model.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { type Proof, proveRoundTrip, proveTranslation } from '../../src/translate/round-trip/prove.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { entriesOf, entry, feedOf, hourly, read } from '../espi/build-feed.ts'
import { sharedPath } from '../support/shared.ts'
import { context } from './context.ts'
import { withoutIds } from './same-objects.ts'

const FIXTURES = 'test/fixtures/espi'
const corpus = sharedPath('corpus')

async function readFiles(folder: string, ...names: string[]): Promise<EspiFeed[]> {
  return Promise.all(names.map((name) => readFeed(createReadStream(path.join(folder, name)))))
}

/** What is wrong with a proof: nothing, where the way back is whole. */
function faultsOf({ lost, added, unsaid }: Proof): string[] {
  return [
    ...lost.map(({ text }) => `- ${text}`),
    ...added.map(({ text }) => `+ ${text}`),
    ...unsaid.map(({ field }) => `? ${field}`),
  ]
}

async function faults(text: string): Promise<string[]> {
  return faultsOf(await proveRoundTrip([await read(text)], context))
}

const START = 1767243600
const SUMMARY = `<UsageSummary><billingPeriod><duration>2592000</duration><start>${START}</start></billingPeriod><billLastPeriod>1500</billLastPeriod><costAdditionalDetailLastPeriod><amount>1500</amount><note>Energy</note><itemKind>6</itemKind></costAdditionalDetailLastPeriod><currency>840</currency><statusTimeStamp>${START}</statusTimeStamp></UsageSummary>`

function usage(type: Record<string, number> = hourly): string {
  const reading = { start: START, value: 1230, cost: 500, quality: 17, tou: 2 }
  return feedOf([
    ...entriesOf([{ type: { ...type, currency: 840, powerOfTenMultiplier: -3 }, blocks: [[reading]] }]),
    entry('/UsagePoint/1/UsageSummary/1', SUMMARY),
  ])
}

describe('what the proof takes for told', () => {
  it('a code that cannot be read explains its own loss, and no other of its resource', async () => {
    const text = usage().replace(
      '<currency>840</currency><statusTimeStamp>',
      '<currency>840</currency><commodity>abc</commodity><statusTimeStamp>',
    )
    const feed = await read(text)
    const translated = translateFeed([feed], context)
    const [section] = translated.billSections
    if (section) section.espi_status_time_stamp = '2026-01-01T05:00:01Z'
    const proof = await proveTranslation([feed], translated, context)
    expect(proof.lost.map(({ text: lost }) => lost)).toEqual([`UsageSummary.statusTimeStamp = ${START}`])
  })

  it('an element that comes again with the same text says nothing more', async () => {
    const status = `<statusTimeStamp>${START}</statusTimeStamp>`
    expect(await faults(usage().replace(status, status + status))).toEqual([])
  })
})

describe('a currency that is no code', () => {
  it('is refused by name, and the configured one is nothing added', async () => {
    const feed = await read(
      usage()
        .replaceAll('<currency>840</currency>', '')
        .replace('</UsageSummary>', '<currency>dollars</currency></UsageSummary>'),
    )
    const proof = await proveRoundTrip([feed], { ...context, currency: 'CAD' })
    expect(faultsOf(proof)).toEqual([])
    expect(proof.refused.map(({ text }) => text)).toEqual(['UsageSummary.currency = dollars'])
  })
})

describe('ESPI to CDS and back', () => {
  it.each([
    ['a plain reading and a bill', usage()],
    ['a reverse reading: its sign turns twice', usage({ ...hourly, flowDirection: 19 })],
    ['a register', usage({ ...hourly, accumulationBehaviour: 9 })],
    ['a ReadingType without commodity, accumulation and kind', usage({ uom: 72, intervalLength: 3600 })],
    [
      'demand that says average, and demand that says nothing',
      usage({ ...hourly, uom: 38, dataQualifier: 2 }),
    ],
    ['demand', usage({ ...hourly, uom: 38 })],
    [
      'peak demand of instantaneous values',
      usage({ ...hourly, uom: 38, dataQualifier: 8, accumulationBehaviour: 12 }),
    ],
    ['a voltage', usage({ commodity: 1, uom: 29, phase: 128, accumulationBehaviour: 12, flowDirection: 20 })],
    [
      'gas at metering conditions with a direction',
      usage({ commodity: 7, uom: 166, flowDirection: 1, accumulationBehaviour: 4 }),
    ],
    [
      'a gas register in units that water has too',
      usage({ commodity: 7, uom: 42, accumulationBehaviour: 1 }),
    ],
    ['compensated water', usage({ commodity: 9, uom: 167, accumulationBehaviour: 4 })],
  ])('brings back %s', async (_, text) => {
    const { facts, cameBack, refused, ...proof } = await proveRoundTrip([await read(text)], context)
    expect(faultsOf({ facts, cameBack, refused, ...proof })).toEqual([])
    expect(cameBack + refused.length).toBe(facts)
    expect(refused.map(({ text }) => text.split(' ')[0])).toEqual(
      /<accumulationBehaviour>[19]</.test(text) ? ['cost'] : [],
    )
  })

  it('keeps line items in their order, and a line without a text without one', async () => {
    const lines = ['<note>Amount Due</note>', '', '<note>Energy</note>'].map(
      (note, at) =>
        `<costAdditionalDetailLastPeriod><amount>${at}</amount>${note}<itemKind>3</itemKind></costAdditionalDetailLastPeriod>`,
    )
    const text = feedOf([
      ...entriesOf([]),
      entry('/UsagePoint/1/UsageSummary/1', SUMMARY.replace(/<costA.*LastPeriod>(?=<curr)/, lines.join(''))),
    ])
    const proof = await proveRoundTrip([await read(text)], context)
    expect(faultsOf(proof)).toEqual([])
    const [written] = proof.written.entries.flatMap(({ payloads }) =>
      payloads.filter(({ name }) => name === 'UsageSummary'),
    )
    const amounts =
      written?.type === 'resource'
        ? written.element.children.filter(({ name }) => name.startsWith('costAdditionalDetail'))
        : []
    expect(amounts.map(({ children }) => children.map(({ name }) => name))).toEqual([
      ['amount', 'note', 'itemKind'],
      ['amount', 'itemKind'],
      ['amount', 'note', 'itemKind'],
    ])
  })

  it('attributes, which ESPI has not, are told one by one', async () => {
    let count = 0
    const text = usage().replaceAll(/<(kind|uom|start|amount|UsagePoint|IntervalBlock)(?=[ >])/g, (tag) => {
      count++
      return `${tag} a="1"`
    })
    const proof = await proveRoundTrip([await read(text)], context)
    expect(faultsOf(proof)).toEqual([])
    expect(proof.refused.filter(({ text }) => !text.trim().endsWith('.@a'))).toEqual([])
    expect(proof.refused.length).toBe(count)
  })

  it('brings back a bill of 0 beside charges, for which something else stands in CDS', async () => {
    const text = usage().replace('<billLastPeriod>1500<', '<billLastPeriod>0<')
    expect(await faults(text)).toEqual([])
  })

  it('joins one usage point under two contracts again', async () => {
    const agreement = (number: number, start: number): string[] => [
      entry(
        `/Customer/1/CustomerAccount/1/CustomerAgreement/${number}`,
        `<CustomerAgreement><validityInterval><duration>3600</duration><start>${start}</start></validityInterval><agreementId>${number}</agreementId></CustomerAgreement>`,
      ),
      entry(
        `/Customer/1/CustomerAccount/1/CustomerAgreement/${number}/ServiceLocation/1`,
        '<ServiceLocation><UsagePoints><UsagePoint>/UsagePoint/1</UsagePoint></UsagePoints></ServiceLocation>',
      ),
    ]
    const readings = [
      { start: START, value: 1 },
      { start: START + 3600, value: 2 },
    ]
    const text = feedOf([
      ...entriesOf([{ blocks: [readings] }]),
      entry('/Customer/1', '<Customer><customerName>A</customerName></Customer>'),
      entry('/Customer/1/CustomerAccount/1', '<CustomerAccount><accountId>7</accountId></CustomerAccount>'),
      ...agreement(1, START),
      ...agreement(2, START + 3600),
    ])
    const proof = await proveRoundTrip([await read(text)], context)
    expect(proof.translated.servicePoints).toHaveLength(2)
    expect(faultsOf(proof)).toEqual([])
  })

  it('of two readings of one place in two meter readings, the later in the document counts', async () => {
    const block = (number: number, value: number): string =>
      entry(
        `/UsagePoint/1/MeterReading/${number}/IntervalBlock/1`,
        `<IntervalBlock><IntervalReading><timePeriod><duration>3600</duration><start>${START}</start></timePeriod><value>${value}</value></IntervalReading></IntervalBlock>`,
      )
    const meterReading = (number: number): string =>
      entry(
        `/UsagePoint/1/MeterReading/${number}`,
        '<MeterReading/>',
        '<link rel="related" href="/ReadingType/1"/>',
      )
    const type = '<ReadingType><uom>72</uom><commodity>1</commodity></ReadingType>'
    const text = feedOf([
      entry('/UsagePoint/1', '<UsagePoint/>'),
      meterReading(1),
      meterReading(2),
      entry('/ReadingType/1', type),
      block(2, 2000),
      block(1, 1000),
    ])
    const proof = await proveRoundTrip([await read(text)], context)
    expect(JSON.stringify(proof.translated.usageSegments.map(({ values }) => values))).toBe(
      '[[[{"eu":1.000}]]]',
    )
    expect(faultsOf(proof)).toEqual([])
  })

  it('takes the later of two entries with one account number, and names the other', async () => {
    const account = (number: number, cycle: string, updated: string): string =>
      entry(
        `/Customer/1/CustomerAccount/${number}`,
        `<CustomerAccount><billingCycle>${cycle}</billingCycle><accountId>7</accountId></CustomerAccount>`,
        '',
        updated,
      )
    const text = feedOf([
      account(1, 'new', '2026-01-02T00:00:00Z'),
      account(2, 'old', '2026-01-01T00:00:00Z'),
    ])
    const proof = await proveRoundTrip([await read(text)], context)
    expect(proof.translated.accounts).toMatchObject([{ espi_customer_account: { billingCycle: 'new' } }])
    expect(proof.refused.map((fact) => fact.text)).toEqual(['CustomerAccount.billingCycle = old'])
    expect(proof.translated.refused).toMatchObject([
      { code: 'duplicate_object', entry: '/Customer/1/CustomerAccount/2' },
    ])
    expect(faultsOf(proof)).toEqual([])
  })

  it('a newer bill that cannot be translated does not leave an older one in its place', async () => {
    const old = SUMMARY.replace('<billLastPeriod>1500<', '<billLastPeriod>9<')
    const text = feedOf([
      ...entriesOf([]),
      entry('/UsagePoint/1/UsageSummary/1', old),
      entry(
        '/UsagePoint/1/UsageSummary/2',
        SUMMARY.replace('<currency>840</currency>', ''),
        '',
        '2026-01-02T00:00:00Z',
      ),
    ])
    const proof = await proveRoundTrip([await read(text)], context)
    expect(proof.translated.billSections).toEqual([])
    expect(faultsOf(proof)).toEqual([])
  })
})

/** Faults planted into a translation, which its own code would never make: the proof must see each. */
const PLANTED: [name: string, plant: (translated: Translated) => void, said: RegExp][] = [
  [
    'a digit',
    ({ usageSegments: [segment] }) => set(segment?.values[0]?.[0], 'eu', new Decimal(1231n, -6)),
    /- reading .*\| 123e-2 .*\+ reading .*\| 1231e-3/s,
  ],
  [
    'a sign',
    ({ usageSegments: [segment] }) => set(segment?.values[0]?.[0], 'eu', new Decimal(-1230n, -6)),
    /- reading/,
  ],
  [
    'a time of use',
    ({ usageSegments: [segment] }) => set(segment?.formats[0], 'espi_tou', 3),
    /- reading .* tou=2/,
  ],
  [
    'a cost',
    ({ usageSegments: [segment] }) => set(segment?.values[0]?.[1], 'c', new Decimal(501n, -5)),
    /- cost .* 5e-3 USD/,
  ],
  [
    'a moved start',
    ({ usageSegments: [segment] }) => set(segment, 'segment_start', '2026-01-01T06:00:00Z'),
    /- reading/,
  ],
  ['a segment that is not there', (translated) => translated.usageSegments.pop(), /- reading .*- cost/s],
  [
    'a billed amount',
    ({ billSections: [section] }) => set(section?.cost_details[0]?.espi_money, 'raw', new Decimal(1501n)),
    /- UsageSummary.billLastPeriod = 1500/,
  ],
  [
    'a line',
    ({ billSections: [section] }) => section?.line_items?.pop(),
    /- costAdditionalDetailLastPeriod.amount = 1500/,
  ],
]

function set(object: object | null | undefined, name: string, value: unknown): void {
  Object.assign(object ?? {}, { [name]: value })
}

describe('the proof', () => {
  it.each(PLANTED)('sees %s that the translation got wrong', async (_, plant, said) => {
    const feed = await read(usage())
    const translated = translateFeed(feed, context)
    expect(faultsOf(await proveTranslation([feed], translated, context))).toEqual([])
    plant(translated)
    expect(faultsOf(await proveTranslation([feed], translated, context)).join('\n')).toMatch(said)
  })

  it('sees a lost part of an address, and a lost place of a name', async () => {
    const feeds = await readFiles(FIXTURES, 'rich-customer.xml')
    const translated = translateFeed(feeds, context)
    set(translated.accounts[0]?.espi_customer_account, 'contactInfo', undefined)
    set(translated.accounts[0]?.espi_customer, 'customerName', undefined)
    expect(faultsOf(await proveTranslation(feeds, translated, context))).toEqual([
      '- postalAddress.poBox = 12',
      '- Customer.customerName = Sample House',
    ])
  })

  it('takes no loss for told without a refusal, nor more of them than a refusal counts', async () => {
    const reading = (at: number) => ({ start: START + at * 3600, value: at })
    const feed = await read(
      feedOf(entriesOf([{ type: { ...hourly, uom: 114 }, blocks: [[reading(1), reading(2), reading(3)]] }])),
    )
    const { refused, ...objects } = translateFeed(feed, context)
    expect(refused).toMatchObject([{ code: 'unsupported_uom', field: 'ReadingType.uom', count: 3 }])
    const lostWith = async (told: Translated['refused']): Promise<number> =>
      (await proveTranslation([feed], { ...objects, refused: told }, context)).lost.length
    expect(await lostWith(refused)).toBe(0)
    expect(await lostWith(refused.map((one) => ({ ...one, count: 2 })))).toBe(1)
    expect(await lostWith(refused.map((one) => ({ ...one, entry: '/ReadingType/9' })))).toBe(3)
    expect(await lostWith([])).toBe(3)
  })
})

const files = [
  ...readdirSync(FIXTURES).map((name) => [name, FIXTURES] as const),
  ...(corpus ? readdirSync(corpus) : [])
    .filter((name) => name.endsWith('.xml'))
    .map((name) => [name, corpus ?? ''] as const),
]

/**
 * Objects without those that nothing is told of: a usage point that only the path of another entry names. Of a meter without a
 * number only its readings tell the type, and a ReadingType without readings says nothing of any.
 */
function told(translated: Translated): Translated {
  const { servicePoints, meterDevices } = translated
  const silent = new Set(
    servicePoints
      .filter((point) => Object.keys(point).every((name) => !/^espi_(?!usage_point_id)/.test(name)))
      .filter((point) => point.current_servicecontracts.length + point.previous_servicecontracts.length === 0)
      .map((point) => point.cds_servicepoint_id),
  )
  const isSilent = (id: string): boolean => silent.has(id)
  const isTyped = translated.usageSegments.length > 0
  return {
    ...translated,
    servicePoints: servicePoints.filter((point) => !isSilent(point.cds_servicepoint_id)),
    meterDevices: meterDevices
      .filter((meter) => !meter.current_servicepoints.every(isSilent))
      .map((meter) => (isTyped ? meter : { ...meter, meter_types: [] })),
  }
}

describe('every file comes back, or is refused by name', () => {
  it.each(files)('%s', async (name, folder) => {
    const feeds = await readFiles(folder, name).catch((error: unknown) => error)
    if (!Array.isArray(feeds)) {
      expect(feeds).toBeInstanceOf(MalformedFeedError)
      return
    }
    const proof = await proveRoundTrip(feeds, context)
    expect(faultsOf(proof)).toEqual([])
    const again = translateFeed(proof.written, context)
    expect(withoutIds(told(again))).toEqual(withoutIds(told(proof.translated)))
  })

  it.skipIf(!corpus)('a usage feed and its customer feed together', async () => {
    const feeds = await readFiles(corpus ?? '', 'ogb__usage_60min.xml', 'ogb__customer.xml')
    const proof = await proveRoundTrip(feeds, context)
    expect(faultsOf(proof)).toEqual([])
    expect(proof.refused).toEqual([])
    expect(proof.translated.serviceContracts).toHaveLength(1)
  })
})
