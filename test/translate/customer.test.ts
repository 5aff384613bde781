import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { account } from '../../src/cds/wire/account.ts'
import { meterDevice } from '../../src/cds/wire/meter-device.ts'
import { serviceContract } from '../../src/cds/wire/service-contract.ts'
import { servicePoint } from '../../src/cds/wire/service-point.ts'
import { usageSegment } from '../../src/cds/wire/usage-segment.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import type { TranslateContext, Translated } from '../../src/translate/translated.ts'
import { entry, feedOf, read } from '../espi/build-feed.ts'
import { context } from './context.ts'

const usage = await read(readFileSync('test/fixtures/espi/solar-usage.xml'))
const customerXml = readFileSync('test/fixtures/espi/solar-customer.xml', 'utf8')
const customer = await read(customerXml)

const entity = {
  id: 'e1',
  types: ['distributor' as const],
  entity_number: 'CA-ON-EXAMPLE',
  entity_name: 'Example Hydro',
  entity_abbreviation: null,
}
const both = translateFeed([usage, customer], { ...context, entity })

/** The customer feed with one part written differently. */
async function withChange(
  from: string,
  to: string,
  feedContext: TranslateContext = context,
): Promise<Translated> {
  expect(customerXml).toContain(from)
  return translateFeed(await read(customerXml.replace(from, to)), feedContext)
}

describe('a usage feed and a customer feed together', () => {
  it('become objects as on the wire, related to each other', () => {
    const stamps = {
      cds_created: '2026-03-09T00:00:00Z',
      cds_modified: '2026-03-09T00:00:00Z',
      cds_synced: '2026-03-09T00:00:00Z',
    }
    const [holder] = both.accounts.map((object) => account.parse({ ...object, ...stamps }))
    const [contract] = both.serviceContracts.map((object) => serviceContract.parse({ ...object, ...stamps }))
    const [point] = both.servicePoints.map((object) => servicePoint.parse({ ...object, ...stamps }))
    const [meter] = both.meterDevices.map((object) => meterDevice.parse({ ...object, ...stamps }))
    const [segment] = both.usageSegments.map((object) => usageSegment.parse({ ...object, ...stamps }))
    expect(contract?.cds_account_id).toBe(holder?.cds_account_id)
    expect(point?.current_servicecontracts).toEqual([contract?.cds_servicecontract_id])
    expect(meter?.current_servicepoints).toEqual([point?.cds_servicepoint_id])
    expect(segment).toMatchObject({
      related_accounts: [holder?.cds_account_id],
      related_servicecontracts: [contract?.cds_servicecontract_id],
      related_servicepoints: [point?.cds_servicepoint_id],
      related_meterdevices: [meter?.cds_meterdevice_id],
      segment_start: '2026-03-08T07:00:00Z',
      segment_end: '2026-03-08T08:00:00Z',
    })
    expect(JSON.stringify(segment?.values)).toBe(
      '[[{"eu":0.101},null,{"eu":-0.020},{"c":0.01250}],[null,{"eu":0.102},null,null],[null,null,null,null],[{"eu":0.104},null,null,null]]',
    )
  })

  it('refuse nothing but the telephone number that is not whole', () => {
    expect(both.refused).toEqual([
      {
        code: 'contact_not_e164',
        entry: 'https://pii.utility.example/espi/1_1/resource/RetailCustomer/7/Customer/70',
        field: 'Organisation.phone2',
        value: undefined,
        detail: expect.any(String),
        count: 1,
      },
    ])
  })
})

describe('toAccount, CDS-WG3-01 §10.1', () => {
  it('takes number, name, address, types, status and entity (§10.1.1, §10.1.5)', () => {
    expect(both.accounts[0]).toMatchObject({
      account_number: '0007-1',
      account_name: 'Solar House',
      account_address: '12 Sample Rd\nExampleton ON L0L 0L0',
      account_types: ['customer', 'residential'],
      account_status: 'active',
      account_entity: entity,
      customer_number: null,
    })
  })

  it('writes a North American telephone number in E.164, and an e-mail address as it is (§10.1.6)', () => {
    expect(both.accounts[0]?.account_contacts).toMatchObject([
      { types: ['phone_number', 'primary'], value: '+14165550100' },
      { types: ['email', 'primary'], value: 'solar@example.com' },
    ])
  })

  it.each([
    [
      '<cust:countryCode>44</cust:countryCode><cust:areaCode>20</cust:areaCode><cust:localNumber>79460000</cust:localNumber>',
      '+442079460000',
    ],
    ['<cust:ituPhone>1 416 555 0100</cust:ituPhone>', '+14165550100'],
    ['<cust:localNumber>(416) 555-0100</cust:localNumber>', '+14165550100'],
    ['<cust:localNumber>0114165550100</cust:localNumber>', undefined],
    ['<cust:ituPhone>+41 61 555 01 00</cust:ituPhone>', '+41615550100'],
    ['<cust:ituPhone>416-555-0100</cust:ituPhone>', '+14165550100'],
    ['<cust:ituPhone>+416-555-0100</cust:ituPhone>', undefined],
    // Norway (47) has eight digits, North America ten: it may be either.
    ['<cust:ituPhone>472 345 6789</cust:ituPhone>', undefined],
    [
      '<cust:countryCode>44</cust:countryCode><cust:areaCode>020</cust:areaCode><cust:localNumber>7946 0000</cust:localNumber>',
      '+442079460000',
    ],
    [
      '<cust:countryCode>+49</cust:countryCode><cust:areaCode>(0)30</cust:areaCode><cust:localNumber>123456</cust:localNumber>',
      '+4930123456',
    ],
    [
      '<cust:countryCode>39</cust:countryCode><cust:localNumber>06 1234 5678</cust:localNumber>',
      '+390612345678',
    ],
    ['<cust:countryCode>44</cust:countryCode><cust:localNumber>12</cust:localNumber>', undefined],
    [
      '<cust:countryCode>49</cust:countryCode><cust:areaCode>700</cust:areaCode><cust:localNumber>59353577710</cust:localNumber>',
      undefined,
    ],
    // No country has these calling codes; the first is North America's 1 and Dominica's area code.
    [
      '<cust:countryCode>1767</cust:countryCode><cust:localNumber>555-0100</cust:localNumber>',
      '+17675550100',
    ],
    [
      '<cust:countryCode>1767243600</cust:countryCode><cust:localNumber>1767243600</cust:localNumber>',
      undefined,
    ],
    ['<cust:localNumber>call the office</cust:localNumber>', undefined],
  ])('telephone %j becomes %s', async (phone, value) => {
    const { accounts } = await withChange(
      '<cust:areaCode>416</cust:areaCode><cust:localNumber>555-0100</cust:localNumber>',
      phone,
    )
    const found = accounts[0]?.account_contacts?.find(({ types }) => types.includes('phone_number'))
    expect(found?.value).toBe(value)
  })

  it('writes a street once that came in parts and as a whole', async () => {
    const { accounts } = await withChange(
      '<cust:type>Rd</cust:type>',
      '<cust:type>Rd</cust:type><cust:addressGeneral>12 SAMPLE RD</cust:addressGeneral>',
    )
    expect(accounts[0]?.account_address?.split('\n')).toHaveLength(2)
  })

  it('takes the number from name where there is no accountId (schemas before 2019)', async () => {
    const { accounts } = await withChange(
      '<cust:accountId>0007-1</cust:accountId>',
      '<cust:name>0007-1</cust:name>',
    )
    expect(accounts[0]).toMatchObject({
      account_number: '0007-1',
      cds_account_id: both.accounts[0]?.cds_account_id,
    })
  })

  it('names an account without number by its place in the authorization: two customers never share it', async () => {
    const change = ['<cust:accountId>0007-1</cust:accountId>', ''] as const
    const one = await withChange(...change)
    const other = await withChange(...change, { ...context, authorizationKey: 'ua_2' })
    expect(one.accounts[0]).not.toHaveProperty('account_number')
    expect(one.accounts[0]?.cds_account_id).not.toBe(other.accounts[0]?.cds_account_id)
  })
})

describe('toAccountContacts, CDS-WG3-01 §10.1.6', () => {
  it.each(['solar at example', 'solar@example', 'a@b@example.com', 'Solar <solar@example.com>'])(
    '%s is no e-mail address: it is carried, and no contact',
    async (text) => {
      const xml = text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      const { accounts, refused } = await withChange('solar@example.com', xml)
      expect(accounts[0]?.account_contacts?.map(({ types }) => types[0])).toEqual(['phone_number'])
      expect(JSON.stringify(accounts[0]?.espi_customer)).toContain(text)
      expect(refused.map(({ code, field }) => [code, field])).toContainEqual([
        'contact_not_email',
        'Organisation.electronicAddress.email1',
      ])
    },
  )
})

describe('words of the custodian, CDS-WG3-01 §10.1.2, §10.1.3, §10.2.3, §10.2.4', () => {
  it.each([
    ['residential', ['residential']],
    ['residentialAndCommercial', ['residential', 'commercial']],
    ['residentialFarmService', ['residential', 'agriculture']],
    ['commercialIndustrial', ['commercial', 'industrial']],
    ['windMachine', []],
  ])('a customer of kind %s is %j, the account and its services', async (kind, sectors) => {
    const { accounts, serviceContracts } = await withChange(
      '<cust:kind>residential</cust:kind>',
      `<cust:kind>${kind}</cust:kind>`,
    )
    const ofSectors = (types: readonly string[] | undefined): string[] =>
      (types ?? []).filter((type) =>
        ['residential', 'commercial', 'industrial', 'agriculture'].includes(type),
      )
    expect(ofSectors(accounts[0]?.account_types)).toEqual(sectors)
    expect(ofSectors(serviceContracts[0]?.service_types)).toEqual(sectors)
  })

  it.each([
    ['Active', 'active', 'active'],
    ['OPEN', 'active', 'active'],
    ['Final', 'closed', 'closed'],
    ['Disconnected', 'suspended', 'paused'],
    ['in review', 'unknown', 'active'],
  ])(
    'the status %s is %s of an account, and %s of a contract that goes on',
    async (word, account, contract) => {
      const status = `<cust:status><cust:value>${word}</cust:value></cust:status>`
      const text = customerXml
        .replace(/<cust:status>.*?<\/cust:status>/gs, '')
        .replace(/(?=<\/cust:CustomerAccount>)/, status)
        .replace(/(?=<\/cust:CustomerAgreement>)/, status)
      const { accounts, serviceContracts } = translateFeed(await read(text), context)
      expect(accounts[0]?.account_status).toBe(account)
      expect(serviceContracts[0]?.contract_status).toBe(contract)
    },
  )
})

describe('the supplier of an agreement, CDS-WG3-01 §10.1.4, §10.1.5', () => {
  it.each([
    ['utility', ['distributor']],
    ['retailer', ['supplier', 'retailer']],
    ['lse', ['supplier']],
    ['mdma', []],
  ])('of kind %s is %j, where nobody says who the utility is', async (kind, types) => {
    const supplier = `<cust:ServiceSupplier xmlns:cust="http://naesb.org/espi/customer"><cust:Organisation><cust:organisationName>Example Retail</cust:organisationName></cust:Organisation><cust:kind>${kind}</cust:kind></cust:ServiceSupplier>`
    const [agreement = ''] = /(?<=rel="self" href=")[^"]*CustomerAgreement\/A1(?=")/.exec(customerXml) ?? []
    const text = customerXml.replace(
      '</feed>',
      `<entry><link rel="self" href="${agreement}/ServiceSupplier/1"/><content>${supplier}</content></entry></feed>`,
    )
    const { serviceContracts } = translateFeed(await read(text), context)
    expect(serviceContracts[0]?.contract_entity).toMatchObject({ entity_name: 'Example Retail', types })
  })
})

describe('toServiceContract, CDS-WG3-01 §10.2', () => {
  it('takes number, dates, rate plan and services; an absurd end is an open one', () => {
    expect(both.serviceContracts[0]).toMatchObject({
      account_number: '0007-1',
      contract_number: '00012345678901234567',
      contract_address: '12 SAMPLE RD',
      contract_types: ['utility_service'],
      contract_status: 'active',
      contract_start: '2015-11-26',
      contract_end: null,
      service_types: ['electric', 'residential', 'metered'],
      rateplan_code: 'SOLAR-1',
      rateplan_name: 'Solar Home',
    })
  })

  it('is closed, and its service point a previous one, once its end is behind the feed', async () => {
    const { serviceContracts, servicePoints } = await withChange('251922268800', '86400')
    expect(serviceContracts[0]).toMatchObject({ contract_end: '2015-11-27', contract_status: 'closed' })
    expect(servicePoints[0]).toMatchObject({
      current_servicecontracts: [],
      previous_servicecontracts: [serviceContracts[0]?.cds_servicecontract_id],
    })
  })

  const validity = '<cust:duration>251922268800</cust:duration><cust:start>1448514000</cust:start>'
  const dates = (start: number, duration: number): string =>
    `<cust:duration>${duration}</cust:duration><cust:start>${start}</cust:start>`
  const status = (word: string): string => `<cust:status><cust:value>${word}</cust:value></cust:status>`
  const YEAR = 365 * 86_400
  it.each([
    ['ends later: it goes on (§10.2.1)', '', dates(1448514000, 30 * YEAR), 'active', null, 'current'],
    ['closed, without an end', status('Closed'), dates(1448514000, 0), 'closed', undefined, 'previous'],
    [
      'closed before its end',
      status('Closed'),
      dates(1448514000, 30 * YEAR),
      'closed',
      undefined,
      'previous',
    ],
    ['active beyond its end', status('Active'), dates(1448514000, 86_400), 'active', null, 'current'],
    ['paused', status('Suspended'), dates(1448514000, 0), 'paused', null, 'current'],
    // CDS has no list for it, and without one nothing would tell where it will be served.
    ['yet to begin', '', dates(1900000000, 0), 'unknown', null, 'current'],
  ] as const)('a contract that is %s', async (_, word, times, contract_status, end, list) => {
    const from = `<cust:validityInterval>${validity}</cust:validityInterval>`
    const to = `${word}<cust:validityInterval>${times}</cust:validityInterval>`
    const { serviceContracts, servicePoints } = await withChange(from, to)
    const [contract] = serviceContracts
    expect(contract?.contract_status).toBe(contract_status)
    expect(contract?.contract_end).toBe(end)
    expect(servicePoints[0]?.[`${list}_servicecontracts`]).toEqual([contract?.cds_servicecontract_id])
  })

  it('leaves dates out, and says unknown, where the agreement has none', async () => {
    const { serviceContracts } = await withChange(
      '<cust:validityInterval><cust:duration>251922268800</cust:duration><cust:start>1448514000</cust:start></cust:validityInterval>',
      '',
    )
    expect(serviceContracts[0]).toMatchObject({ contract_status: 'unknown' })
    expect(serviceContracts[0]).not.toHaveProperty('contract_end')
  })

  it('keeps a rate plan that is plain text', async () => {
    const { serviceContracts } = await withChange('https://utility.example/tariffs/SOLAR-1', 'RES-TOU')
    expect(serviceContracts[0]).toMatchObject({ rateplan_code: 'RES-TOU' })
  })
})

describe('a month of usage in which the contract changes', () => {
  const CHANGE = 1772953200 + 900
  /** Two agreements for one usage point: one until the change, one from then on. */
  const twoContracts = async () => {
    const [head = '', ...entries] = customerXml.replace('</feed>', '').split('<entry>')
    const [agreement = '', location = ''] = ['CustomerAgreement', 'ServiceLocation'].map((name) =>
      entries.find((entry) => entry.includes(`<cust:${name}>`)),
    )
    const first = agreement.replace('251922268800', String(CHANGE - 1448514000))
    const second = agreement.replace('1448514000', String(CHANGE)).replace('00012345678901234567', '00099')
    const renamed = [second, location].map((entry) =>
      entry.replaceAll('CustomerAgreement/A1', 'CustomerAgreement/A2').replaceAll('/L1', '/L2'),
    )
    const others = entries.filter((entry) => entry !== agreement)
    return read(`${[head, first, ...others, ...renamed].join('<entry>')}</feed>`)
  }

  it('is cut there: nobody is shown usage from before or after the contract', async () => {
    const { serviceContracts, usageSegments } = translateFeed([usage, await twoContracts()], {
      ...context,
      segmentLength: 'month',
    })
    const idOf = (number: string) =>
      serviceContracts.find((contract) => contract.contract_number === number)?.cds_servicecontract_id
    expect(
      usageSegments.map((segment) => [
        segment.related_servicecontracts,
        segment.segment_start,
        segment.values.length,
      ]),
    ).toEqual([
      [[idOf('00012345678901234567')], '2026-03-08T07:00:00Z', 1],
      [[idOf('00099')], '2026-03-08T07:15:00Z', 3],
    ])
    const ids = usageSegments.map((segment) => segment.cds_usagesegment_id)
    expect(new Set(ids).size).toBe(2)
  })
})

describe('toServicePoint and toMeterDevice, CDS-WG3-01 §10.3 and §10.4', () => {
  it('keeps the position digit by digit, x as longitude', () => {
    expect(JSON.stringify(both.servicePoints[0])).toContain('"latitude":43.650,"longitude":-79.3800')
    expect(both.servicePoints[0]).toMatchObject({
      servicepoint_number: null,
      servicepoint_types: ['electric', 'physical'],
    })
  })

  it.each([
    ['true', ['electric', 'virtual']],
    ['false', ['electric', 'physical']],
    ['', ['electric']],
  ])('a usage point whose isVirtual is %j is %j (§10.3.1, §10.3.2)', async (isVirtual, types) => {
    const element = isVirtual === '' ? '' : `<isVirtual>${isVirtual}</isVirtual>`
    const feed = feedOf([
      entry(
        '/UsagePoint/1',
        `<UsagePoint><ServiceCategory><kind>0</kind></ServiceCategory>${element}</UsagePoint>`,
      ),
    ])
    const { servicePoints, meterDevices } = translateFeed(await read(feed), context)
    expect(servicePoints[0]?.servicepoint_types).toEqual(types)
    // §10.4.1: the meter behind it, though nobody tells of one.
    expect(meterDevices[0]?.current_servicepoints).toEqual([servicePoints[0]?.cds_servicepoint_id])
  })

  it('leaves out, by name, a position that is none', async () => {
    const { refused, servicePoints } = await withChange('43.650', '143.650')
    expect(servicePoints[0]).toMatchObject({ latitude: null, longitude: null })
    expect(refused.map(({ code }) => code)).toContain('position_not_decimal')
  })

  it('takes the serial number with its leading zeros, and what the readings show', () => {
    expect(both.meterDevices).toMatchObject([
      { meter_number: '000123', meter_types: ['electric_usage', 'bidirectional', 'physical_meter'] },
    ])
  })

  it('says the same of a meter when a window brings its reading types and no readings', async () => {
    const usageXml = readFileSync('test/fixtures/espi/solar-usage.xml', 'utf8')
    const silent = await read(usageXml.replace(/<espi:IntervalReading>.*?<\/espi:IntervalReading>/gs, ''))
    expect(translateFeed([silent, customer], context).meterDevices).toEqual(both.meterDevices)
  })

  it('puts one unknown meter behind a usage point that nobody tells more of', () => {
    const alone = translateFeed(usage, context)
    expect(alone.meterDevices).toMatchObject([
      { meter_number: null, current_servicepoints: [alone.servicePoints[0]?.cds_servicepoint_id] },
    ])
    expect(alone.usageSegments[0]).toMatchObject({ related_accounts: [], related_servicecontracts: [] })
  })
})
