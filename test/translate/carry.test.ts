import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { account } from '../../src/cds/wire/account.ts'
import { meterDevice } from '../../src/cds/wire/meter-device.ts'
import { serviceContract } from '../../src/cds/wire/service-contract.ts'
import { servicePoint } from '../../src/cds/wire/service-point.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { TranslateContext, Translated } from '../../src/translate/translated.ts'
import { entry, feedOf, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

const RICH = 'test/fixtures/espi/rich-customer.xml'
const rich = await read(readFileSync(RICH))
const documented = { ...context, programDocumentation: 'https://gateway.example/docs#programs' }

function translate(feedContext: TranslateContext = documented): Translated {
  return translateFeed(rich, feedContext)
}

const stamps = {
  cds_created: '2026-03-09T00:00:00Z',
  cds_modified: '2026-03-09T00:00:00Z',
  cds_synced: '2026-03-09T00:00:00Z',
}

describe('what no CDS field says is carried as written (CDS-WG3-01 §10.1.1: servers may add fields)', () => {
  const { accounts, serviceContracts, servicePoints, meterDevices } = translate()

  it('keeps the wire shape of every object', () => {
    expect(accounts.map((object) => account.parse({ ...object, ...stamps }))).toHaveLength(1)
    expect(serviceContracts.map((object) => serviceContract.parse({ ...object, ...stamps }))).toHaveLength(1)
    expect(servicePoints.map((object) => servicePoint.parse({ ...object, ...stamps }))).toHaveLength(1)
    expect(meterDevices.map((object) => meterDevice.parse({ ...object, ...stamps }))).toHaveLength(1)
  })

  it('of Customer and CustomerAccount on the account, leading zeros and all, but for the account number', () => {
    expect(accounts[0]?.espi_customer).toEqual({
      Organisation: {
        streetAddress: { streetDetail: { addressGeneral: '99 ELSEWHERE AVE' } },
        phone1: { areaCode: '416', localNumber: '555-0199', ext: '0042' },
        organisationName: 'Sample Holdings',
      },
      kind: 'pumpingLoad',
      pucNumber: '00077',
      status: { value: 'Active', dateTime: '1767243600' },
      priority: { rank: '2', type: 'commercial' },
      locale: 'en-CA',
      customerName: 'Sample House',
    })
    expect(accounts[0]?.espi_customer_account).toEqual({
      docStatus: { value: 'Reviewed' },
      billingCycle: '07',
      budgetBill: 'EQUAL',
      lastBillAmount: '12345678901234',
      contactInfo: { postalAddress: { poBox: '12' } },
    })
  })

  it('of CustomerAgreement on the contract, rate plans and programs apart', () => {
    expect(serviceContracts[0]).toMatchObject({
      rateplan_code: 'RES-TOU',
      rateplan_name: 'Residential time of use',
      espi_pricing_structures: [
        'https://utility.example/tariffs/RES-TOU',
        'Residential time of use',
        'RIDER-9',
      ],
      espi_customer_agreement: {
        signDate: '1448514000',
        validityInterval: { duration: '0', start: '1448514000' },
        loadMgmt: 'LM1',
        isPrePay: 'false',
        currency: '124',
        futureStatus: [{ value: 'Closed', dateTime: '1800000000' }, { value: 'Final' }],
      },
      espi_program_date_mappings: [
        {
          programDateIdMapping: { programDateType: 'CUST_DR_PROGRAM_ENROLLMENT_DATE', code: '1', name: 'in' },
        },
      ],
      espi_service_suppliers: [
        {
          Organisation: { organisationName: 'Sample Retail Energy' },
          kind: 'retailer',
          effectiveDate: '1448514000',
        },
      ],
    })
  })

  it('of UsagePoint and ServiceLocation on the service point', () => {
    expect(servicePoints[0]?.espi_service_location).toEqual({
      mainAddress: { streetDetail: { addressGeneral: '12 SAMPLE RD' } },
      secondaryAddress: { streetDetail: { addressGeneral: 'GATE 2' } },
      geoInfoReference: 'N43 W79',
      outageBlock: 'B7',
    })
    expect(servicePoints[0]?.espi_usage_point).toEqual({
      roleFlags: '0010',
      ServiceCategory: { kind: '0' },
      status: '1',
      ratedPower: { powerOfTenMultiplier: '3', uom: '38', value: '12' },
      pnodeRefs: { pnodeRef: { apnodeType: 'LAP', ref: 'P-1' } },
    })
  })

  it('of Meter on the meter device, several multipliers as an array', () => {
    expect(meterDevices[0]).toMatchObject({
      meter_number: '0009',
      espi_meter: {
        serialNumber: '0009',
        lifecycle: { installationDate: '1448514000' },
        amrSystem: 'RF mesh',
        formNumber: '2S',
        MeterMultipliers: [
          { kind: 'kH', value: '7.2' },
          { kind: 'ctRatio', value: '40' },
        ],
      },
    })
  })
})

describe('toServicePrograms, CDS-WG3-01 §10.2.5', () => {
  it('makes a service program of a demand response program, with its dates', () => {
    const { serviceContracts } = translate()
    expect(serviceContracts[0]?.service_programs).toEqual([
      {
        id: expect.any(String),
        program_number: expect.any(String),
        types: ['demand_response', 'active'],
        name: 'Peak Saver',
        description: 'https://utility.example/peak-saver',
        documentation: 'https://gateway.example/docs#programs',
        start: '2026-01-01',
      },
    ])
  })

  it('only carries it where no page documents it', () => {
    const { serviceContracts } = translate(context)
    expect(serviceContracts[0]?.service_programs).toEqual([])
    expect(serviceContracts[0]?.espi_demand_response_programs).toMatchObject([{ programName: 'Peak Saver' }])
  })
})

describe('toSupplierEntity, CDS-WG3-01 §10.1.4', () => {
  it('names the supplier where the utility is not known', () => {
    const entity = translate().serviceContracts[0]?.contract_entity
    expect(entity).toMatchObject({ entity_name: 'Sample Retail Energy', types: ['supplier', 'retailer'] })
    expect(entity?.entity_number).toBe(entity?.id)
  })

  it('leaves the utility in its place where it is', () => {
    const utility = {
      id: 'e1',
      types: ['distributor' as const],
      entity_number: 'CA-ON',
      entity_name: 'Hydro',
      entity_abbreviation: null,
    }
    expect(translate({ ...context, entity: utility }).serviceContracts[0]?.contract_entity).toBe(utility)
  })
})

describe('what is neither translated nor carried is refused by name, without its value', () => {
  it('once each', () => {
    const refused = translate().refused.map(({ code, field, value, count }) => [code, field, value, count])
    expect(refused).toEqual([
      ['withheld_personal', 'Customer.specialNeed', undefined, 1],
      ['withheld_personal', 'Customer.vip', undefined, 1],
      ['unknown_element', 'Customer.shoeSize', undefined, 1],
      ['name_second', 'CustomerAccount.name', undefined, 1],
      ['withheld_personal', 'CustomerAccount.notifications', undefined, 1],
      ['position_second', 'ServiceLocation.positionPoints', undefined, 1],
      ['extension_not_translated', 'UsagePoint.extension', undefined, 1],
      ['withheld_personal', 'UsagePoint.serviceDeliveryRemark', undefined, 1],
      ['withheld_personal', 'ServiceLocation.phone1', undefined, 1],
      ['withheld_personal', 'ServiceLocation.accessMethod', undefined, 1],
      ['withheld_secret', 'Meter.electronicAddress.password', undefined, 1],
      ['withheld_secret', 'Meter.installCode', undefined, 1],
    ])
  })

  it('nothing of what is withheld is anywhere in the objects', () => {
    const { refused: _, ...objects } = translate()
    expect(JSON.stringify(objects)).not.toMatch(/dialysis|under the mat|hunter2|INSTALL-1|bad dog|555-0123/)
  })
})

describe('a usage point without a contract', () => {
  it('keeps its tariff and riders itself', async () => {
    const point = `<UsagePoint><ServiceDeliveryPoint><tariffProfile>TOU-D</tariffProfile><tariffRiderRefs><tariffRiderRef><riderType>EV</riderType><enrollmentStatus>enrolled</enrollmentStatus><effectiveDate>1767243600</effectiveDate></tariffRiderRef></tariffRiderRefs></ServiceDeliveryPoint></UsagePoint>`
    const { servicePoints, refused } = translateFeed(
      await read(feedOf([entry('/UsagePoint/1', point)])),
      context,
    )
    expect(servicePoints).toMatchObject([
      {
        espi_tariff_profile: 'TOU-D',
        espi_tariff_riders: [
          { rider_type: 'EV', enrollment_status: 'enrolled', effective_date: '2026-01-01T05:00:00Z' },
        ],
      },
    ])
    expect(refused).toEqual([])
  })
})

describe('a resource of the usage feed that becomes no object of its own', () => {
  it('has what is left of it refused by name', async () => {
    const type = `<ReadingType><batchItemInfo><name>0A</name></batchItemInfo><uom>72</uom><accumulationBehavior>4</accumulationBehavior></ReadingType>`
    const links = '<link rel="related" href="/ReadingType/1"/>'
    const entries = [
      entry('/UsagePoint/1', '<UsagePoint/>'),
      entry('/UsagePoint/1/MeterReading/1', '<MeterReading/>', links),
      entry('/UsagePoint/1/MeterReading/2', '<MeterReading/>', links),
      entry('/ReadingType/1', type),
    ]
    const { refused } = translateFeed(await read(feedOf(entries)), context)
    expect(refused.map(({ code, field, count }) => [code, field, count])).toEqual([
      ['no_cds_field', 'ReadingType.batchItemInfo', 1],
      ['unknown_element', 'ReadingType.accumulationBehavior', 1],
    ])
  })
})
