import fc from 'fast-check'
import type { Element } from '../../src/espi/model.ts'
import { escapeText } from '../../src/espi/write-element.ts'
import { fieldMap } from '../../src/translate/field-map.ts'
import { entry, feedOf } from '../espi/build-feed.ts'

/** One entry of a random feed: what it is, without its links. */
interface Drawn {
  payload: string
  updated: string
}

const START = 1767243600
const updates = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z')

/** Texts that readers stumble over: blanks, zeros in front, signs, marks of XML, other scripts. */
const texts = fc.constantFrom(
  'a',
  '007',
  '0',
  '+5',
  '-3',
  '1767243600',
  'x & <y>',
  '  two  words ',
  'Zürich é',
  'Active',
)

/** Any tree of the elements that the field map has for an XSD type, each of them now and then. */
function tree(name: string, type: string, depth = 0): fc.Arbitrary<Element> {
  const rows = rowsOf(type).map(([child, childType]) => {
    const one = childType === undefined || depth > 3 ? leaf(child) : tree(child, childType, depth + 1)
    return fc.option(one, { freq: 2, nil: undefined })
  })
  return fc.tuple(...rows).map((children) => ({
    name,
    vocabulary: 'none',
    text: '',
    children: children.filter((child) => child !== undefined),
  }))
}

function leaf(name: string): fc.Arbitrary<Element> {
  return texts.map((text) => ({ name, vocabulary: 'none', text, children: [] }))
}

/** Rows of a type and those that it extends; what joins resources is drawn by itself. */
function rowsOf(type: string): [string, string | undefined][] {
  const known = fieldMap[type]
  const inherited = known?.extends === undefined ? [] : rowsOf(known.extends)
  const own = Object.entries(known?.fields ?? {}).map(([name, field]): [string, string | undefined] => [
    name,
    field.type,
  ])
  return [...inherited, ...own].filter(([name]) => name !== 'UsagePoints')
}

function xml({ name, text, children }: Element): string {
  return `<${name}>${children.length > 0 ? children.map(xml).join('') : escapeText(text)}</${name}>`
}

function resource(name: string, type = name): fc.Arbitrary<Drawn> {
  return fc.record({ payload: tree(name, type).map(xml), updated: updates })
}

const code = (...codes: number[]): fc.Arbitrary<number | undefined> => fc.constantFrom(undefined, 0, ...codes)

const readingType = fc
  .record({
    accumulationBehaviour: code(1, 3, 4, 4, 4, 6, 9, 12, 14),
    commodity: code(1, 1, 2, 7, 9, 10, 14),
    currency: code(840, 124, 999),
    dataQualifier: code(2, 8, 12, 26),
    defaultQuality: code(8, 17),
    flowDirection: code(1, 4, 19, 20),
    intervalLength: code(900, 3600, 86_400),
    kind: code(12, 3, 8, 37, 58, 16),
    phase: code(128),
    powerOfTenMultiplier: fc.constantFrom(undefined, -6, -3, 0, 3, 4),
    timeAttribute: code(11),
    tou: code(1, 2),
    uom: code(72, 72, 72, 38, 42, 119, 130, 157, 167, 169, 29, 71, 23, 80, 80, 111, 2),
    cpp: code(1),
    measuringPeriod: code(2),
  })
  .map((codes) =>
    Object.entries(codes)
      .flatMap(([name, value]) => (value === undefined ? [] : [`<${name}>${value}</${name}>`]))
      .join(''),
  )

const reading = fc
  .record({
    cost: fc.option(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), { nil: undefined }),
    quality: code(8, 10, 17),
    place: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 8, nil: undefined }),
    duration: fc.constantFrom(undefined, 900, 3600, 86_400, 2_678_400),
    value: fc.oneof(fc.integer({ min: -(10 ** 6), max: 10 ** 6 }), fc.bigInt({ min: 0n, max: 10n ** 24n })),
    consumptionTier: code(1),
    tou: code(1, 3),
    cpp: code(2),
  })
  .map(({ cost, quality, place, duration, value, consumptionTier, tou, cpp }) => {
    const start = place === undefined ? '' : `<start>${START + place * (duration ?? 900)}</start>`
    const length = duration === undefined ? '' : `<duration>${duration}</duration>`
    const more = Object.entries({ cost, value, consumptionTier, tou, cpp }).flatMap(([name, text]) =>
      text === undefined ? [] : [`<${name}>${text}</${name}>`],
    )
    const ofQuality =
      quality === undefined ? '' : `<ReadingQuality><quality>${quality}</quality></ReadingQuality>`
    return `<IntervalReading>${ofQuality}<timePeriod>${length}${start}</timePeriod>${more.join('')}</IntervalReading>`
  })

const block = fc.record({
  payload: fc
    .tuple(fc.boolean(), fc.array(reading, { maxLength: 8 }))
    .map(
      ([timed, readings]) =>
        `<IntervalBlock>${timed ? `<interval><duration>3600</duration><start>${START}</start></interval>` : ''}${readings.join('')}</IntervalBlock>`,
    ),
  updated: updates,
})

const integer = fc.integer({ min: -(10 ** 8), max: 10 ** 8 })
const amounts = (name: string): fc.Arbitrary<string> =>
  fc
    .option(integer, { nil: undefined })
    .map((value) => (value === undefined ? '' : `<${name}>${value}</${name}>`))
const period = fc
  .constantFrom(0, 31, 59)
  .map((days) => `<duration>2592000</duration><start>${START + days * 86_400}</start>`)
const measurement = fc
  .record({
    power: code(-3, 3),
    stamp: fc.constantFrom(undefined, START),
    uom: code(72, 38, 80, 114),
    value: fc.option(integer, { nil: undefined }),
  })
  .map(({ power, stamp, uom, value }) =>
    Object.entries({ powerOfTenMultiplier: power, timeStamp: stamp, uom, value })
      .map(([name, text]) => (text === undefined ? '' : `<${name}>${text}</${name}>`))
      .join(''),
  )
const measured = (name: string): fc.Arbitrary<string> =>
  fc
    .option(measurement, { nil: undefined })
    .map((parts) => (parts === undefined ? '' : `<${name}>${parts}</${name}>`))
const line = fc
  .tuple(
    amounts('amount'),
    fc.constantFrom(
      '',
      '<note>Energy</note>',
      '<note>Amount Due</note>',
      '<note>Line 1</note>',
      '<note>Previous Balance</note>',
    ),
    measured('measurement'),
    fc.constantFrom('', ...[1, 3, 5, 6, 9, 10, 77].map((kind) => `<itemKind>${kind}</itemKind>`)),
    amounts('unitCost'),
    fc.option(period, { nil: undefined }),
  )
  .map(
    ([amount, note, parts, kind, unitCost, time]) =>
      `<costAdditionalDetailLastPeriod>${amount}${note}${parts}${kind}${unitCost}${time === undefined ? '' : `<itemPeriod>${time}</itemPeriod>`}</costAdditionalDetailLastPeriod>`,
  )

const summary = fc
  .record({
    name: fc.constantFrom('UsageSummary', 'ElectricPowerUsageSummary'),
    inside: fc.tuple(
      period.map((parts) => `<billingPeriod>${parts}</billingPeriod>`),
      amounts('billLastPeriod'),
      amounts('billToDate'),
      amounts('costAdditionalLastPeriod'),
      fc.array(line, { maxLength: 4 }).map((lines) => lines.join('')),
      fc.constantFrom('', '<currency>840</currency>', '<currency>0</currency>', '<currency>124</currency>'),
      measured('overallConsumptionLastPeriod'),
      measured('peakDemand'),
      measured('currentDayNetConsumption'),
      fc.constantFrom(
        '',
        '<qualityOfReading>8</qualityOfReading>',
        '<qualityOfReading>14</qualityOfReading>',
      ),
      fc.constantFrom('', `<statusTimeStamp>${START}</statusTimeStamp>`),
      fc.constantFrom('', '<commodity>1</commodity>', '<commodity>7</commodity>'),
      fc.constantFrom('', '<tariffProfile>TOU</tariffProfile>'),
    ),
    updated: updates,
  })
  .map(({ name, inside, updated }) => ({ payload: `<${name}>${inside.join('')}</${name}>`, updated }))

const MEASURES = [
  'flickerPlt',
  'flickerPst',
  'harmonicVoltage',
  'mainsVoltage',
  'powerFrequency',
  'tempOvervoltage',
]

const measures = fc.tuple(...MEASURES.map(amounts))

const qualitySummary = fc.oneof(
  { arbitrary: resource('ElectricPowerQualitySummary'), weight: 1 },
  {
    arbitrary: fc
      .record({ measures, period, protocol: code(1, 2), updated: updates })
      .map(({ measures: inside, period: time, protocol, updated }) => {
        const of = protocol === undefined ? '' : `<measurementProtocol>${protocol}</measurementProtocol>`
        const payload = `${inside.join('')}${of}<summaryInterval>${time}</summaryInterval>`
        return { payload: `<ElectricPowerQualitySummary>${payload}</ElectricPowerQualitySummary>`, updated }
      }),
    weight: 3,
  },
)

const usagePoint = fc.record({
  point: resource('UsagePoint'),
  time: fc.option(resource('LocalTimeParameters', 'TimeConfiguration'), { nil: undefined }),
  readings: fc.array(fc.record({ type: readingType, blocks: fc.array(block, { maxLength: 3 }) }), {
    maxLength: 3,
  }),
  summaries: fc.array(summary, { maxLength: 2 }),
  qualities: fc.array(qualitySummary, { maxLength: 2 }),
  mappings: fc.array(resource('ProgramIdMappings'), { maxLength: 1 }),
})

const agreement = fc.record({
  agreement: resource('CustomerAgreement'),
  suppliers: fc.array(resource('ServiceSupplier'), { maxLength: 1 }),
  programs: fc.array(resource('ProgramDateIdMappings'), { maxLength: 1 }),
  location: resource('ServiceLocation'),
  points: fc.subarray([1, 2, 9]),
  meters: fc.array(fc.oneof(resource('Meter'), resource('EndDevice')), { maxLength: 2 }),
})

const account = fc.record({
  customer: resource('Customer'),
  account: resource('CustomerAccount'),
  statements: fc.array(resource('Statement'), { maxLength: 1 }),
  agreements: fc.array(agreement, { maxLength: 2 }),
})

/** Any feed of up to two usage points, as far as this project knows ESPI. */
export const usageFeeds: fc.Arbitrary<string> = fc
  .array(usagePoint, { maxLength: 2 })
  .map((points) => feedOf(points.flatMap((point, at) => pointEntries(point, at + 1))))

/** Any feed of usage points and customers. */
export const wholeFeeds: fc.Arbitrary<string> = fc
  .tuple(fc.array(usagePoint, { maxLength: 2 }), fc.array(account, { maxLength: 2 }))
  .map(([points, accounts]) =>
    feedOf([
      ...points.flatMap((point, at) => pointEntries(point, at + 1)),
      ...accounts.flatMap((one, at) => accountEntries(one, at + 1)),
    ]),
  )

type ValueOf<T> = T extends fc.Arbitrary<infer Value> ? Value : never

function pointEntries(
  { point, time, readings, summaries, qualities, mappings }: ValueOf<typeof usagePoint>,
  number: number,
): string[] {
  const self = `/UsagePoint/${number}`
  const related = time ? link('related', `/LocalTimeParameters/${number}`) : ''
  return [
    written(self, point, related),
    ...(time ? [written(`/LocalTimeParameters/${number}`, time)] : []),
    ...readings.flatMap(({ type, blocks }, at) => {
      const meter = `${self}/MeterReading/${at}`
      const typeHref = `/ReadingType/${number}-${at}`
      return [
        entry(meter, '<MeterReading/>', link('related', typeHref)),
        entry(typeHref, `<ReadingType>${type}</ReadingType>`),
        ...blocks.map((one, index) => written(`${meter}/IntervalBlock/${index}`, one)),
      ]
    }),
    ...summaries.map((one, at) => written(`${self}/UsageSummary/${at}`, one)),
    ...qualities.map((one, at) => written(`${self}/ElectricPowerQualitySummary/${at}`, one)),
    ...mappings.map((one, at) => written(`${self}/ProgramIdMappings/${at}`, one)),
  ]
}

function accountEntries(
  { customer, account: own, statements, agreements }: ValueOf<typeof account>,
  number: number,
): string[] {
  const href = `/Customer/${number}`
  const self = `${href}/CustomerAccount/1`
  return [
    written(href, customer),
    written(self, own),
    ...statements.map((one, at) => written(`${self}/Statement/${at}`, one)),
    ...agreements.flatMap(({ agreement: one, suppliers, programs, location, points, meters }, at) => {
      const contract = `${self}/CustomerAgreement/${number}-${at}`
      const place = `${contract}/ServiceLocation/1`
      const numbered = one.payload.replace(/<(agreementId|name)>[^<]*<\/\1>/g, '')
      const numberedOne = {
        ...one,
        payload: numbered.replace(
          '</CustomerAgreement>',
          `<agreementId>${number}-${at}</agreementId></CustomerAgreement>`,
        ),
      }
      const uris = points.map((point) => `<UsagePoint>/UsagePoint/${point}</UsagePoint>`).join('')
      const payload = location.payload.replace(
        '</ServiceLocation>',
        `<UsagePoints>${uris}</UsagePoints></ServiceLocation>`,
      )
      return [
        // Agreements of one number are one: tests of their own show that.
        written(contract, numberedOne),
        ...suppliers.map((supplier, index) => written(`${contract}/ServiceSupplier/${index}`, supplier)),
        ...programs.map((program, index) => written(`${contract}/ProgramDateIdMappings/${index}`, program)),
        written(place, { ...location, payload }),
        ...meters.map((meter, index) => written(`${place}/Meter/${index}`, numberedMeter(meter, index))),
      ]
    }),
  ]
}

/** Meters of one number are one: tests of their own show that. */
function numberedMeter({ payload, updated }: Drawn, index: number): Drawn {
  const without = payload.replace(/<(serialNumber|utcNumber|name)>[^<]*<\/\1>/g, '')
  const name = /^<(\w+)/.exec(payload)?.[1] ?? ''
  const number = `<serialNumber>00${index}</serialNumber>`
  return { payload: without.replace(`<${name}>`, `<${name}>${number}`), updated }
}

function written(self: string, { payload, updated }: Drawn, links = ''): string {
  return entry(self, payload, links, updated)
}

function link(rel: string, href: string): string {
  return `<link rel="${rel}" href="${href}"/>`
}
