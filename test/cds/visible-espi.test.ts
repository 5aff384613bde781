import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kindOf, kinds } from '../../src/cds/kinds/index.ts'
import type { Include, KindName } from '../../src/cds/kinds/kind.ts'
import { mergeTellings } from '../../src/cds/merge-tellings.ts'
import { translateFeed } from '../../src/translate/translate-feed.ts'
import { read } from '../espi/build-feed.ts'
import { told, view } from '../support/views.ts'
import { context } from '../translate/context.ts'

const translated = translateFeed(await read(readFileSync('test/fixtures/espi/rich-customer.xml')), context)

const shown = (kind: KindName, object: object, includes: readonly Include[]) =>
  mergeTellings(kindOf(kind), told(object), [view('ua', { includes: new Set(includes) })])

function espiMembers(...includes: Include[]): string[] {
  const lists: Readonly<Record<string, unknown>> = { ...translated }
  return kinds.flatMap(({ name, translated: list }) => {
    const [first] = lists[list] as object[]
    return Object.keys(first ? shown(name, first, includes) : {}).filter((member) =>
      member.startsWith('espi_'),
    )
  })
}

describe('members of ours, beside the included data of CDS-WG3-01 §7.2', () => {
  it('are closed unless the grant includes what they tell more of', () => {
    expect(espiMembers()).toEqual([])
  })

  it.each<[Include, string[]]>([
    ['include_account_numbers', []],
    ['include_account_details', ['espi_customer', 'espi_customer_account']],
    ['include_contract_numbers', ['espi_service_suppliers']],
    ['include_service_contract_details', ['espi_customer_agreement']],
    ['include_rate_plans', ['espi_pricing_structures']],
    ['include_service_programs', ['espi_demand_response_programs', 'espi_program_date_mappings']],
    [
      'include_service_point_addresses',
      ['espi_usage_point_id', 'espi_usage_point', 'espi_service_location_id', 'espi_service_location'],
    ],
    ['include_coordinates', []],
    ['include_meter_numbers', ['espi_meter']],
  ])('%s opens %j', (include, members) => {
    expect(espiMembers(include)).toEqual(members)
  })

  it('of a service point: rate_plans opens the names of its codes', () => {
    const point = { ...translated.servicePoints[0]!, espi_program_id_mappings: [{ programIdMapping: {} }] }
    expect(shown('service_points', point, ['include_rate_plans'])).toHaveProperty('espi_program_id_mappings')
    expect(shown('service_points', point, ['include_service_point_addresses'])).not.toHaveProperty(
      'espi_program_id_mappings',
    )
  })

  it('of an account: no include opens its statements yet, whose files are opened with the token of the utility', () => {
    const account = { ...translated.accounts[0]!, espi_statements: [{ issueDateTime: '1637640000' }] }
    const includes: Include[] = [
      'include_account_numbers',
      'include_account_details',
      'include_account_programs',
    ]
    expect(shown('accounts', account, includes)).not.toHaveProperty('espi_statements')
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
