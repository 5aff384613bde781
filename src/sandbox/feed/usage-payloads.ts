import { type Bill, type BillLine, consumptionChannel, demandChannel } from '../customers/bills.ts'
import type { Agreement, Block, Reading, ReadingType, UsagePoint } from '../customers/model.ts'
import type { Dialect } from '../dialect.ts'
import { ESPI } from './atom.ts'
import { element, optional, withAttributes, type Xml } from './xml.ts'

export const US_DOLLAR = 840

/** Element order is that of the ESPI 4.0 schema's sequences. */
function payload(name: string, ...children: Parameters<typeof element>[1][]): Xml {
  return withAttributes(element(name, ...children), { xmlns: ESPI })
}

export function usagePointPayload(point: UsagePoint, agreement: Agreement, dialect: Dialect): Xml {
  return payload(
    'UsagePoint',
    element('ServiceCategory', element('kind', point.serviceKind)),
    element('status', 1),
    element(
      dialect.serviceDeliveryPoint,
      element('tariffProfile', agreement.ratePlan.code),
      element('customerAgreement', agreement.agreementNumber),
    ),
  )
}

export function meterReadingPayload(): Xml {
  return payload('MeterReading')
}

export function readingTypePayload(type: ReadingType): Xml {
  return payload(
    'ReadingType',
    element('accumulationBehaviour', type.accumulationBehaviour),
    element('commodity', type.commodity),
    element('currency', US_DOLLAR),
    optional('dataQualifier', type.dataQualifier),
    optional('defaultQuality', type.defaultQuality),
    element('flowDirection', type.flowDirection),
    element('intervalLength', type.intervalLength),
    element('kind', type.kind),
    optional('phase', type.phase),
    element('powerOfTenMultiplier', type.powerOfTenMultiplier),
    element('timeAttribute', 0),
    element('uom', type.uom),
  )
}

export function intervalBlockPayload(block: Block): Xml {
  const readings = block.readings().map(intervalReading).join('')
  const { from, to } = block.window
  const interval = period('interval', from, to - from).xml
  return { xml: `<IntervalBlock xmlns="${ESPI}">${interval}\n${readings}</IntervalBlock>` }
}

/** Written by hand, not with `element`: a feed holds hundreds of thousands of these. */
function intervalReading({ start, duration, value, quality, tou }: Reading): string {
  const qualityXml =
    quality === undefined ? '' : `<ReadingQuality><quality>${quality}</quality></ReadingQuality>`
  const touXml = tou === undefined ? '' : `<tou>${tou}</tou>`
  return `<IntervalReading>${qualityXml}<timePeriod><duration>${duration}</duration><start>${start}</start></timePeriod><value>${value}</value>${touXml}</IntervalReading>\n`
}

/** ESPI UsageSummary: its total is the sum of the period's readings, its lines add up to the bill. */
export function usageSummaryPayload(bill: Bill, agreement: Agreement): Xml {
  const { readingType } = consumptionChannel(agreement)
  const demand = demandChannel(agreement.usagePoint)
  const additional = bill.lines.filter(({ kind }) => kind !== 3)
  const measured = measurement(bill.consumption, readingType, bill.period.to)
  return payload(
    'UsageSummary',
    period('billingPeriod', bill.period.from, bill.period.to - bill.period.from),
    element('billLastPeriod', bill.total),
    element('costAdditionalLastPeriod', sum(additional)),
    bill.lines.map((line) => lineItem(line, line.kind === 3 ? measured : undefined)),
    element('currency', US_DOLLAR),
    element('overallConsumptionLastPeriod', measured),
    bill.peakDemand !== undefined &&
      demand &&
      element('peakDemand', measurement(bill.peakDemand, demand.readingType, bill.period.to)),
    element('qualityOfReading', 17),
    element('statusTimeStamp', bill.issuedAt),
    element('commodity', readingType.commodity),
    element('tariffProfile', agreement.ratePlan.code),
    element('readCycle', '01'),
  )
}

function lineItem({ note, kind, amount, unitCost }: BillLine, measured: Xml[] | undefined): Xml {
  return element(
    'costAdditionalDetailLastPeriod',
    element('amount', amount),
    element('note', note),
    measured && element('measurement', measured),
    element('itemKind', kind),
    optional('unitCost', unitCost),
  )
}

function measurement(value: bigint, type: ReadingType, timeStamp: number): Xml[] {
  return [
    element('powerOfTenMultiplier', type.powerOfTenMultiplier),
    element('timeStamp', timeStamp),
    element('uom', type.uom),
    element('value', value),
  ]
}

function sum(lines: readonly BillLine[]): bigint {
  return lines.reduce((total, { amount }) => total + amount, 0n)
}

/** A DateTimeInterval. */
export function period(name: string, start: number, duration: number): Xml {
  return element(name, element('duration', duration), element('start', start))
}
