import { describe, expect, it } from 'vitest'
import { toCanonical } from '../../src/espi/canonical/canonical-feed.ts'
import { factsOf } from '../../src/espi/canonical/fact.ts'
import type { EspiFeed } from '../../src/espi/model.ts'
import { readFeed } from '../../src/espi/read-feed.ts'
import { writeFeed } from '../../src/espi/write-feed.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import { localCalendar } from '../../src/shared/local-calendar.ts'
import type { CdsObjects } from '../../src/translate/to-espi/cds-objects.ts'
import { toEspiEntries } from '../../src/translate/to-espi/to-feed.ts'
import { Unsaid } from '../../src/translate/to-espi/unsaid.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { chunksOf } from '../espi/build-feed.ts'
import { anotherServer } from './another-server.ts'
import { context } from './context.ts'

async function write(objects: CdsObjects): Promise<{ feed: EspiFeed; unsaid: Unsaid }> {
  const unsaid = new Unsaid()
  const entries = toEspiEntries(objects, {
    calendar: localCalendar('America/Chicago'),
    base: '/espi/1_1/resource',
    unsaid,
  })
  const text = [...writeFeed({ self: '/', title: 'Feed', updated: '2026-03-01T00:00:00Z', entries })].join('')
  return { feed: await readFeed(chunksOf(Buffer.from(text))), unsaid }
}

/** All that a feed says. */
function factsIn(feed: EspiFeed): string[] {
  const { points, accounts, apart } = toCanonical([feed])
  const labels = new Map(points.map(({ key }) => [key, 'the usage point']))
  const holders = [...points.map(({ holder }) => holder), ...accounts((key) => labels.get(key)), ...apart]
  return holders.flatMap((holder) => [...factsOf(holder)].map(({ text }) => text))
}

const first = Date.UTC(2026, 0, 1, 6) / 1000

describe('objects of another CDS server become ESPI', () => {
  it('usage: reverse is a positive magnitude (CDS-WG3-01 §10.8.5.1.2), the cost stands beside its value, a register says so', async () => {
    const { feed } = await write(anotherServer())
    expect(
      factsIn(feed)
        .filter((text) => /^(reading|cost) /.test(text))
        .sort(),
    ).toEqual([
      `cost accumulationBehaviour=4 commodity=1 flowDirection=19 kind=12 uom=72 | ${first} + 3600 | 3e-1 USD`,
      `reading accumulationBehaviour=3 commodity=1 uom=72 | ${first} + 3600 | 1234e2`,
      `reading accumulationBehaviour=4 commodity=1 dataQualifier=8 kind=8 uom=38 | ${first} + 3600 | 42e2`,
      `reading accumulationBehaviour=4 commodity=1 dataQualifier=8 kind=8 uom=38 | ${first + 3600} + 3600 | 4e3`,
      `reading accumulationBehaviour=4 commodity=1 flowDirection=19 kind=12 uom=72 | ${first} + 3600 | 15005e-1 quality=8`,
    ])
  })

  it('bills: money in hundred-thousandths, whole local days, credits by their kind', async () => {
    const { feed } = await write(anotherServer())
    expect(factsIn(feed)).toEqual(
      expect.arrayContaining([
        'UsageSummary.billLastPeriod = 6210000',
        'UsageSummary.currency = USD',
        'billingPeriod.duration = 2678400',
        `billingPeriod.start = ${first}`,
        'costAdditionalDetailLastPeriod.amount = 6510000',
        'costAdditionalDetailLastPeriod.itemKind = 3',
        'costAdditionalDetailLastPeriod.unitCost = 20000',
        'costAdditionalDetailLastPeriod.amount = -300000',
        'costAdditionalDetailLastPeriod.itemKind = 6',
        'overallConsumptionLastPeriod.value = 3105',
        'overallConsumptionLastPeriod.powerOfTenMultiplier = 2',
      ]),
    )
  })

  it('the customer: names, address lines, contacts, contract, place and meter, joined', async () => {
    const { feed } = await write(anotherServer())
    expect(factsIn(feed)).toEqual(
      expect.arrayContaining([
        'Customer.customerName = Mira & Sons',
        'Customer.kind = residential',
        'CustomerAccount.accountId = 0042',
        'status.value = Active',
        'streetDetail.addressGeneral3 = SPRINGFIELD IL 62701, USA',
        'phone1.ituPhone = +12175550100',
        'electronicAddress.email1 = mira@sample.example',
        'CustomerAgreement.agreementId = A-7',
        'CustomerAgreement.PricingStructures = E-1',
        'CustomerAgreement.PricingStructures = Everyday',
        'status.value = Suspended',
        'validityInterval.duration = 2678400',
        'ServiceLocation.serves = the usage point',
        'positionPoints.yPosition = 39.80',
        'Meter.serialNumber = 000778',
        'ServiceCategory.kind = 0',
      ]),
    )
  })

  it('what ESPI cannot say is told by name, not dropped', async () => {
    const { unsaid } = await write(anotherServer())
    expect(unsaid.toList().map(({ object, field, count }) => `${object}: ${field} ${count}`)).toEqual([
      'service_point sp-1: servicepoint_number 1',
      'usage_segment us-1: tou 1',
      'usage_segment us-1: register 1',
      'usage_segment us-1: values c 1',
      'bill_section bs-1: section_types 1',
      'account acc-1: customer_number 1',
      'account acc-1: address 1',
      'meter_device md-1: meter_types ami_meter 1',
    ])
  })

  it('the usage of the whole, not of a part of it; and of a line that has two types, and a cost of two values, that only one was written', async () => {
    const objects = anotherServer()
    const [section] = objects.billSections
    const [whole] = section?.usage_details ?? []
    const [line] = section?.line_items ?? []
    const part = {
      ...whole!,
      id: 'part',
      types: ['electric_usage' as const, 'time_of_use' as const],
      value: new Decimal(5n),
    }
    const { feed, unsaid } = await write({
      ...objects,
      billSections: [
        {
          ...section!,
          usage_details: [part, whole!],
          line_items: [{ ...line!, types: ['fixed_charge', 'tax'] }],
        },
      ],
    })
    expect(factsIn(feed)).toContain('overallConsumptionLastPeriod.value = 3105')
    expect(unsaid.toList().map(({ object, field }) => `${object}: ${field}`)).toEqual(
      expect.arrayContaining(['bill_section bs-1: usage_details', 'bill_section bs-1: line_items types']),
    )
  })

  it('words of accounts, contacts and contracts that ESPI does not have', async () => {
    const objects = anotherServer()
    const [account] = objects.accounts
    const [contract] = objects.serviceContracts
    const { unsaid } = await write({
      ...objects,
      accounts: [
        {
          ...account!,
          account_types: ['customer', 'residential', 'municipal'],
          account_contacts: [{ id: 'c', types: ['phone_number', 'mobile'], value: '+12175550100' }],
        },
      ],
      serviceContracts: [
        {
          ...contract!,
          contract_types: ['utility_service', 'project'],
          contract_status: 'stopped',
          service_types: ['electric', 'unmetered'],
        },
      ],
    })
    expect(unsaid.toList().map(({ object, field }) => `${object}: ${field}`)).toEqual(
      expect.arrayContaining([
        'account acc-1: account_types municipal',
        'account acc-1: account_contacts types mobile',
        expect.stringMatching(/^service_contract .*: contract_types project$/),
        expect.stringMatching(/^service_contract .*: contract_status stopped$/),
        expect.stringMatching(/^service_contract .*: service_types unmetered$/),
      ]),
    )
  })

  it('of a place without a contract, what ESPI says below an agreement', async () => {
    const { unsaid } = await write({ ...anotherServer(), accounts: [], serviceContracts: [] })
    expect(unsaid.toList().map(({ object, field }) => `${object}: ${field}`)).toEqual(
      expect.arrayContaining(['service_point sp-1: servicepoint_address', 'meter_device md-1: meter_number']),
    )
  })

  it('and CDS again, with the values, amounts and names that it had', async () => {
    const { feed } = await write(anotherServer())
    const again = translateFeed(feed, { ...context, timezone: 'America/Chicago' })
    expect(again.refused).toEqual([])
    expect(JSON.stringify(again.usageSegments.map(({ values }) => values))).toBe(
      '[[[{"ed":4.2},{"eu":-1.5005},{"c":0.30000}],[{"ed":4.0},null,null]],[[{"r":"123.4"}]]]',
    )
    expect(again.billStatements).toMatchObject([
      { account_number: '0042', amount_due: { coefficient: 6210000n, exponent: -5 } },
    ])
    expect(again.accounts).toMatchObject([{ account_name: 'Mira & Sons', account_status: 'active' }])
    expect(again.serviceContracts).toMatchObject([
      { contract_number: 'A-7', contract_status: 'paused', rateplan_code: 'E-1', contract_end: '2026-02-01' },
    ])
  })

  it('one segment of several service points goes to the first, which is told', async () => {
    const objects = anotherServer()
    const [segment] = objects.usageSegments
    if (!segment) throw new Error('a segment')
    const { unsaid } = await write({
      ...objects,
      usageSegments: [{ ...segment, related_servicepoints: ['sp-1', 'sp-2'] }],
    })
    expect(unsaid.toList()).toContainEqual({
      object: 'usage_segment us-1',
      field: 'related_servicepoints',
      detail: 'ESPI has one usage point here; the first is taken',
      count: 1,
    })
  })

  it('a unit and a demand type that ESPI has not are told', async () => {
    const objects = anotherServer()
    const [segment] = objects.usageSegments
    if (!segment) throw new Error('a segment')
    const formats = [
      { id: 'f1', type: 'electric_demand' as const, units: 'kW' as const, demand_type: 'ending' as const },
      { id: 'f2', type: 'meter_readings' as const, units: 'percent', register: null },
    ]
    const { feed, unsaid } = await write({ ...objects, usageSegments: [{ ...segment, formats, values: [] }] })
    expect(feed.readings.length).toBe(0)
    expect(unsaid.toList().map(({ field, detail }) => `${field}: ${detail}`)).toEqual(
      expect.arrayContaining([
        'formats electric_demand: ESPI has no demand at the end of an interval',
        'formats meter_readings: ESPI has no unit for meter_readings in percent',
      ]),
    )
  })
})
