import { describe, expect, it } from 'vitest'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { TranslateContext, Translated } from '../../src/translate/translated.ts'
import { entriesOf, entry, feedOf, hourly, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

async function translate(entries: string[], own: Partial<TranslateContext> = {}): Promise<Translated> {
  return translateFeed(await read(feedOf(entries)), { ...context, ...own })
}

async function refusedOf(...entries: string[]): Promise<unknown[]> {
  const { refused } = await translate(entries)
  return refused.map(({ code, field, value, count }) => [code, field, value, count])
}

const READING =
  '<IntervalReading><timePeriod><duration>3600</duration><start>1767243600</start></timePeriod><value>5</value></IntervalReading>'

/** A usage point whose one block holds that text. */
function withBlock(block: string): string[] {
  const point = entriesOf([{ type: hourly, blocks: [] }])
  return [
    ...point,
    entry('/UsagePoint/1/MeterReading/1/IntervalBlock/1', `<IntervalBlock>${block}</IntervalBlock>`),
  ]
}

describe('inside an IntervalBlock, what is not of readings is refused by name and counted', () => {
  it.each([
    [
      'extension_not_translated',
      'IntervalBlock.extension',
      `<extension>x</extension>${READING}<extension/>`,
      2,
    ],
    [
      'no_cds_field',
      'IntervalBlock.batchItemInfo',
      `<batchItemInfo><name>0A</name></batchItemInfo>${READING}`,
      1,
    ],
    ['no_cds_field', 'IntervalBlock.name', `<name>January</name>${READING}`, 1],
    ['unexpected_text', 'IntervalBlock', `a<interval/>b${READING}c`, 1],
    ['unexpected_text', 'IntervalReading', READING.replace('<value>', 'five<value>'), 1],
    ['unexpected_text', 'timePeriod', READING.replace('<start>', 'now<start>'), 1],
    ['unknown_attribute', 'value.@unit', READING.replace('<value>', '<value unit="kWh">'), 1],
    [
      'unknown_attribute',
      'IntervalReading.@x:day',
      READING.replace('<IntervalReading>', '<IntervalReading xmlns:x="urn:other" x:day="Monday">'),
      1,
    ],
    ['unknown_element', 'IntervalBlock.odd', `<odd>1</odd>${READING}`, 1],
    ['unknown_element', 'IntervalBlock.value', `<value>1</value>${READING}`, 1],
    [
      'extension_not_translated',
      'IntervalReading.extension',
      READING.replace('<value>', '<extension><a><b>1</b></a></extension><value>'),
      1,
    ],
    [
      'unknown_element',
      'IntervalReading.temperature',
      READING.replace('</value>', '</value><temperature>7</temperature>'),
      1,
    ],
    [
      'extension_not_translated',
      'timePeriod.extension',
      READING.replace('<start>', '<extension/><start>'),
      1,
    ],
    [
      'unknown_element',
      'ReadingQuality.remark',
      READING.replace('<value>', '<ReadingQuality><remark>x</remark></ReadingQuality><value>'),
      1,
    ],
    [
      'unknown_element',
      'IntervalReading.extension',
      READING.replace('<value>', '<x:extension xmlns:x="urn:other">1</x:extension><value>'),
      1,
    ],
  ])('%s %s', async (code, field, block, count) => {
    const { refused, usageSegments } = await translate(withBlock(block))
    expect(refused.map((line) => [line.code, line.field, line.count])).toEqual([[code, field, count]])
    expect(JSON.stringify(usageSegments.map(({ values }) => values))).toBe('[[[{"eu":0.005}]]]')
  })

  it.each([
    ['IntervalReading.value', READING.replace('</value>', '</value><value>6</value>'), '6'],
    ['IntervalReading.start', READING.replace('</start>', '</start><start>7</start>'), '7'],
    [
      'interval.start',
      `<interval><start>1767243600</start><start>1</start><duration>3600</duration></interval>${READING}`,
      '1',
    ],
  ])('of two that differ, where ESPI has one, the first counts: %s', async (field, block, value) => {
    const { refused, usageSegments } = await translate(withBlock(block))
    expect(refused).toMatchObject([{ code: 'element_second', field, value, count: 1 }])
    expect(usageSegments).toMatchObject([{ segment_start: '2026-01-01T05:00:00Z' }])
    expect(JSON.stringify(usageSegments[0]?.values)).toBe('[[{"eu":0.005}]]')
  })

  it('a number with an element in it is none: its halves are not read', async () => {
    const broken = READING.replace('<value>5</value>', '<value>5<unit>W</unit>6</value>')
    const { refused, usageSegments } = await translate(withBlock(broken))
    expect(usageSegments).toEqual([])
    expect(refused.map(({ code, field }) => [code, field])).toEqual([
      ['unknown_element', 'value.unit'],
      ['value_missing', 'IntervalReading.value'],
    ])
  })

  it('the same twice is said once', async () => {
    expect(await refusedOf(...withBlock(READING.replace('</value>', '</value><value>5</value>')))).toEqual([])
  })
})

describe('a text that is no number where one must be is refused by name', () => {
  const point = (inner: string): string => entry('/UsagePoint/1', `<UsagePoint>${inner}</UsagePoint>`)
  const riders = (date: string): string =>
    `<ServiceDeliveryPoint><tariffRiderRefs><tariffRiderRef><riderType>EV</riderType><effectiveDate>${date}</effectiveDate></tariffRiderRef></tariffRiderRefs></ServiceDeliveryPoint>`
  const time = (inner: string): string =>
    entry('/LocalTimeParameters/1', `<LocalTimeParameters>${inner}</LocalTimeParameters>`)

  it.each([
    [
      'ServiceCategory.kind',
      point('<ServiceCategory><kind>gas</kind></ServiceCategory>'),
      ['code_not_integer', 'UsagePoint.ServiceCategory.kind', 'gas', 1],
    ],
    [
      'UsagePoint.isVirtual',
      point('<isVirtual>perhaps</isVirtual>'),
      ['value_not_boolean', 'UsagePoint.isVirtual', 'perhaps', 1],
    ],
    [
      'effectiveDate of a tariff rider',
      point(riders('2026-01-01')),
      [
        'timestamp_not_integer',
        'UsagePoint.serviceDeliveryPoint.tariffRiderRefs.tariffRiderRef.effectiveDate',
        '2026-01-01',
        1,
      ],
    ],
    [
      'effectiveDate beyond all datetimes',
      point(riders('9007199254740991')),
      [
        'timestamp_out_of_range',
        'UsagePoint.serviceDeliveryPoint.tariffRiderRefs.tariffRiderRef.effectiveDate',
        '9007199254740991',
        1,
      ],
    ],
    [
      'LocalTimeParameters.tzOffset',
      time('<tzOffset>-05:00</tzOffset><dstOffset>3600</dstOffset>'),
      ['code_not_integer', 'LocalTimeParameters.tzOffset', '-05:00', 1],
    ],
    [
      'LocalTimeParameters.dstOffset',
      time('<tzOffset>-18000</tzOffset><dstOffset>1h</dstOffset>'),
      ['code_not_integer', 'LocalTimeParameters.dstOffset', '1h', 1],
    ],
  ])('%s', async (_name, resource, line) => {
    expect(await refusedOf(resource)).toEqual([line])
  })

  const billed = '<billingPeriod><start>1767243600</start><duration>86400</duration></billingPeriod>'
  it.each([
    ['commodity', 'gas', []],
    ['qualityOfReading', 'estimated', []],
    ['currency', 'CAD', []],
    ['currency', '12345', [['currency_unknown', 'UsageSummary.currency', '12345', 1]]],
  ])('UsageSummary.%s %s', async (name, text, more) => {
    const summary = `<UsageSummary>${billed}<${name}>${text}</${name}></UsageSummary>`
    const entries = [point(''), entry('/UsagePoint/1/UsageSummary/1', summary)]
    const { refused } = await translate(entries, { currency: 'CAD' })
    const unread = ['code_not_integer', `UsageSummary.${name}`, text, 1]
    const expected = more.length > 0 ? more : [unread]
    expect(refused.map(({ code, field, value, count }) => [code, field, value, count])).toEqual(expected)
  })

  const customer = (inner: string): string[] => [
    entry('/Customer/1', '<Customer/>').replace('espi"', 'espi/customer"'),
    entry('/Customer/1/CustomerAccount/1', '<CustomerAccount/>').replace('espi"', 'espi/customer"'),
    entry(
      '/Customer/1/CustomerAccount/1/CustomerAgreement/1',
      `<CustomerAgreement>${inner}</CustomerAgreement>`,
    ).replace('espi"', 'espi/customer"'),
  ]
  it.each([
    [
      'validityInterval.start',
      '<validityInterval><start>yesterday</start></validityInterval>',
      ['timestamp_not_integer', 'CustomerAgreement.validityInterval.start', 'yesterday', 1],
    ],
    [
      'validityInterval.start beyond all datetimes',
      '<validityInterval><start>9007199254740991</start></validityInterval>',
      ['timestamp_out_of_range', 'CustomerAgreement.validityInterval.start', '9007199254740991', 1],
    ],
    [
      'validityInterval.duration',
      '<validityInterval><start>1767243600</start><duration>P1Y</duration></validityInterval>',
      ['code_not_integer', 'CustomerAgreement.validityInterval.duration', 'P1Y', 1],
    ],
    [
      'programDate',
      '<DemandResponseProgram><programName>Peak</programName><programDate><programDate>soon</programDate></programDate></DemandResponseProgram>',
      ['timestamp_not_integer', 'CustomerAgreement.DemandResponseProgram.programDate.programDate', 'soon', 1],
    ],
  ])('CustomerAgreement %s', async (_name, inner, line) => {
    expect(await refusedOf(...customer(inner))).toEqual([line])
  })

  it('and the text is carried where its resource is, so that it can still be read', async () => {
    const { serviceContracts } = await translate(
      customer('<validityInterval><start>yesterday</start></validityInterval>'),
    )
    expect(serviceContracts[0]?.espi_customer_agreement).toEqual({ validityInterval: { start: 'yesterday' } })
    expect(serviceContracts[0]).not.toHaveProperty('contract_start')
  })
})

describe('of elements that ESPI has once, a second that says something else is refused by name', () => {
  const point = (inner: string): string => entry('/UsagePoint/1', `<UsagePoint>${inner}</UsagePoint>`)
  const kind = (code: number): string => `<ServiceCategory><kind>${code}</kind></ServiceCategory>`

  it('once for each', async () => {
    const profile = (name: string): string => `<tariffProfile>${name}</tariffProfile>`
    expect(
      await refusedOf(
        point(`<ServiceDeliveryPoint>${profile('A')}${profile('B')}${profile('A')}</ServiceDeliveryPoint>`),
      ),
    ).toEqual([['element_second', 'UsagePoint.serviceDeliveryPoint.tariffProfile', undefined, 1]])
  })

  it('unless it is carried beside the first', async () => {
    const status = '<status>1</status><status>2</status>'
    const { servicePoints, refused } = await translate([point(kind(0) + status)])
    expect(servicePoints[0]?.espi_usage_point).toMatchObject({ status: ['1', '2'] })
    expect(refused).toEqual([])
  })

  it('unless all are translated, as tariff riders are, in both spellings', async () => {
    const rider = (name: string): string =>
      `<riderType>${name}</riderType><enrollmentStatus>enrolled</enrollmentStatus><effectiveDate>1767243600</effectiveDate>`
    const listed = `<tariffRiderRefs><tariffRiderRef>${rider('A')}</tariffRiderRef><tariffRiderRef>${rider('B')}</tariffRiderRef></tariffRiderRefs>`
    const repeated = ['A', 'B'].map((name) => `<tariffRiderRefs>${rider(name)}</tariffRiderRefs>`).join('')
    for (const riders of [listed, repeated]) {
      const { servicePoints, refused } = await translate([
        point(`<ServiceDeliveryPoint>${riders}</ServiceDeliveryPoint>`),
      ])
      expect(servicePoints[0]?.espi_tariff_riders).toEqual([
        { rider_type: 'A', enrollment_status: 'enrolled', effective_date: '2026-01-01T05:00:00Z' },
        { rider_type: 'B', enrollment_status: 'enrolled', effective_date: '2026-01-01T05:00:00Z' },
      ])
      expect(refused).toEqual([])
    }
  })
})

describe('what explains readings that are not there is named, and costs nothing', () => {
  it.each([
    ['ReadingType', entry('/ReadingType/1', '<ReadingType><uom>72</uom></ReadingType>')],
    ['MeterReading', entry('/UsagePoint/1/MeterReading/1', '<MeterReading/>')],
  ])('%s', async (name, resource) => {
    expect(await refusedOf(resource)).toEqual([['not_referred_to', name, undefined, 1]])
  })

  it('a ReadingType that another meter reading has is not', async () => {
    const entries = entriesOf([{ type: hourly, blocks: [] }])
    expect(await refusedOf(...entries)).toEqual([])
    expect(await refusedOf(...entries, entry('/ReadingType/9', '<ReadingType/>'))).toEqual([
      ['not_referred_to', 'ReadingType', undefined, 1],
    ])
  })

  it('LocalTimeParameters are compared with the zone whoever refers to them, or nobody', async () => {
    const time = entry(
      '/LocalTimeParameters/1',
      '<LocalTimeParameters><tzOffset>0</tzOffset></LocalTimeParameters>',
    )
    expect(await refusedOf(time)).toEqual([['local_time_disagrees', 'LocalTimeParameters.tzOffset', '0', 1]])
  })
})

describe('what stands in the wrong place of a resource is refused by name', () => {
  it('a text in the place of elements, or beside them', async () => {
    const category = '<ServiceCategory>electricity</ServiceCategory>'
    const delivery =
      '<ServiceDeliveryPoint>front door<tariffProfile>RES</tariffProfile></ServiceDeliveryPoint>'
    expect(
      await refusedOf(entry('/UsagePoint/1', `<UsagePoint>${category}${delivery}</UsagePoint>`)),
    ).toEqual([
      ['unexpected_text', 'UsagePoint.ServiceCategory', undefined, 1],
      ['unexpected_text', 'UsagePoint.serviceDeliveryPoint', undefined, 1],
    ])
  })

  it('elements in the place of a text', async () => {
    const point = '<UsagePoint><readCycle><cycle>5</cycle></readCycle></UsagePoint>'
    expect(await refusedOf(entry('/UsagePoint/1', point))).toEqual([
      ['unknown_element', 'UsagePoint.readCycle.cycle', undefined, 1],
    ])
  })
})

describe('ESPI has no attributes: one is refused by name, and what it stands at counts without it', () => {
  it('of resources, their elements and reading types', async () => {
    const entries = [
      ...entriesOf([{ type: hourly, blocks: [] }]).filter((text) => !text.includes('<UsagePoint>')),
      entry(
        '/UsagePoint/1',
        '<UsagePoint status="1"><ServiceCategory name="el"><kind code="E">0</kind></ServiceCategory><readCycle day="5"/></UsagePoint>',
      ),
    ].map((text) => text.replace('<uom>', '<uom symbol="Wh">'))
    expect(await refusedOf(...entries)).toEqual([
      ['unknown_attribute', 'ReadingType.uom.@symbol', undefined, 1],
      ['unknown_attribute', 'UsagePoint.@status', undefined, 1],
      ['unknown_attribute', 'UsagePoint.ServiceCategory.@name', undefined, 1],
      ['unknown_attribute', 'UsagePoint.ServiceCategory.kind.@code', undefined, 1],
      ['unknown_attribute', 'UsagePoint.readCycle.@day', undefined, 1],
    ])
  })

  it('of an IntervalBlock', async () => {
    const entries = withBlock(READING).map((text) =>
      text.replace('<IntervalBlock ', '<IntervalBlock month="1" '),
    )
    expect(await refusedOf(...entries)).toEqual([['unknown_attribute', 'IntervalBlock.@month', undefined, 1]])
  })

  it('but those of XML and XML Schema say nothing that could be lost', async () => {
    const plain =
      'xml:lang="en" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="any" i:schemaLocation="a b"'
    const entries = withBlock(READING.replace('<value>', `<cost ${plain} i:nil="true"/><value ${plain}>`))
    expect(
      await refusedOf(...entries.map((text) => text.replace('<UsagePoint ', `<UsagePoint ${plain} `))),
    ).toEqual([])
  })
})
