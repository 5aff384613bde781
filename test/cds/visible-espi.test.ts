import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Include, Seen, View } from '../../src/cds/stores.ts'
import {
  visibleAccount,
  visibleMeterDevice,
  visibleServiceContract,
  visibleServicePoint,
} from '../../src/cds/visible.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { read } from '../espi/build-feed.ts'
import { context } from '../translate/context.ts'

const translated = translateFeed(await read(readFileSync('test/fixtures/espi/rich-customer.xml')), context)
const at = new Date('2026-02-01T00:00:00Z')
const none = new Set<string>()
const ids = { accounts: none, serviceContracts: none, servicePoints: none, meterDevices: none }

function seen<T>(object: T | undefined): Seen<T> {
  if (object === undefined) throw new Error('the fixture has no such object')
  return { object, created: at, modified: at, synced: at, views: [0] }
}

function viewsOf(includes: readonly Include[]): View[] {
  const shows = {
    accounts: true,
    serviceContracts: true,
    servicePoints: true,
    meterDevices: true,
    usageSegments: true,
  }
  return [
    {
      utilityAuthorizationIds: [],
      serviceContractIds: 'all',
      shows,
      only: {},
      includes: new Set(includes),
      valueTypes: 'all',
    },
  ]
}

function espiMembers(...includes: Include[]): string[] {
  const views = viewsOf(includes)
  const objects = [
    visibleAccount(seen(translated.accounts[0]), views, ids),
    visibleServiceContract(seen(translated.serviceContracts[0]), views),
    visibleServicePoint(seen(translated.servicePoints[0]), views, ids),
    visibleMeterDevice(seen(translated.meterDevices[0]), views, ids),
  ]
  return objects.flatMap((object) => Object.keys(object)).filter((name) => name.startsWith('espi_'))
}

describe('members of ours, beside the included data of CDS-WG3-01 §7.2', () => {
  it('are closed unless the grant includes what they tell more of', () => {
    expect(espiMembers()).toEqual([])
  })

  it.each<[Include, string[]]>([
    ['account_numbers', []],
    ['account_details', ['espi_customer', 'espi_customer_account']],
    ['contract_numbers', ['espi_service_suppliers']],
    ['service_contract_details', ['espi_customer_agreement']],
    ['rate_plans', ['espi_pricing_structures']],
    ['service_programs', ['espi_demand_response_programs', 'espi_program_date_mappings']],
    [
      'service_point_addresses',
      ['espi_usage_point_id', 'espi_usage_point', 'espi_service_location_id', 'espi_service_location'],
    ],
    ['coordinates', []],
    ['meter_numbers', ['espi_meter']],
  ])('%s opens %j', (include, members) => {
    expect(espiMembers(include)).toEqual(members)
  })

  it('of a service point: rate_plans opens the names of its codes', () => {
    const point = { ...translated.servicePoints[0]!, espi_program_id_mappings: [{ programIdMapping: {} }] }
    const shown = (includes: Include[]) => visibleServicePoint(seen(point), viewsOf(includes), ids)
    expect(shown(['rate_plans'])).toHaveProperty('espi_program_id_mappings')
    expect(shown(['service_point_addresses'])).not.toHaveProperty('espi_program_id_mappings')
  })

  it('of an account: no include opens its statements yet, whose files are opened with the token of the utility', () => {
    const account = { ...translated.accounts[0]!, espi_statements: [{ issueDateTime: '1637640000' }] }
    const includes: Include[] = ['account_numbers', 'account_details', 'account_programs']
    expect(visibleAccount(seen(account), viewsOf(includes), ids)).not.toHaveProperty('espi_statements')
  })

  it('never show under another include what an include of its own hides', () => {
    const { espi_customer_agreement: agreement } = translated.serviceContracts[0] ?? {}
    expect(Object.keys(agreement ?? {})).not.toContain('PricingStructures')
    expect(Object.keys(agreement ?? {})).not.toContain('DemandResponseProgram')
    const [account] = translated.accounts
    expect(JSON.stringify([account?.espi_customer, account?.espi_customer_account])).not.toContain('0008-1')
    expect(JSON.stringify(translated.serviceContracts[0]?.espi_customer_agreement)).not.toContain('"0001"')
    // Coordinates have an include of their own, and so have the rate options of a usage point.
    const { espi_service_location: location, espi_usage_point: point } = translated.servicePoints[0] ?? {}
    expect(JSON.stringify([location, point])).not.toMatch(/Position|tariff/)
  })
})
