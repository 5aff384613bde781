import { describe, expect, it } from 'vitest'
import { kindOf } from '../../src/cds/kinds/index.ts'
import type { Include, KindName } from '../../src/cds/kinds/kind.ts'
import { mergeTellings } from '../../src/cds/merge-tellings.ts'
import type { Telling } from '../../src/cds/stores.ts'
import { customer } from '../support/translated.ts'
import { told, view } from '../support/views.ts'

const { accounts, serviceContracts } = customer('a', ['a1'], [])

const shown = (kind: KindName, object: object, ...includes: Include[][]) =>
  mergeTellings(
    kindOf(kind),
    told(
      object,
      includes.map((_, index) => index),
    ),
    includes.map((each) => view('ua', { includes: new Set(each) })),
  )

describe('optional members, CDS-WG3-01 §7.2', () => {
  it('leaves out of an account what no include opens (§7.2.1)', () => {
    expect(Object.keys(shown('accounts', accounts[0]!, [])).sort()).toEqual([
      'cds_account_id',
      'cds_account_parent',
    ])
  })

  it('opens numbers and details separately (§7.2.1.1, §7.2.1.2)', () => {
    const numbers = shown('accounts', accounts[0]!, ['include_account_numbers'])
    expect(numbers.account_number).toBe('A-a')
    expect(numbers.account_name).toBeUndefined()
  })

  it('unites what several scopes over one authorization open (§7.2.2.1, §7.2.2.2)', () => {
    const object = serviceContracts[0]!
    const contract = shown('service_contracts', object, ['include_contract_numbers'], ['include_rate_plans'])
    expect(contract).toMatchObject({ contract_number: 'C-a1', rateplan_code: 'RES-1' })
    expect(contract.contract_address).toBeUndefined()
  })
})

describe('what several authorizations told of one object', () => {
  const telling = (at: string, object: object, views = [0]): Telling => ({
    utilityAuthorizationId: `ua_${at}`,
    object: object as Telling['object'],
    modified: new Date(`2026-01-0${at}T00:00:00Z`),
    views,
  })
  const merged = (tellings: Telling[], ...includes: Include[][]) =>
    mergeTellings(
      kindOf('service_contracts'),
      { tellings },
      includes.map((each) => view('ua', { includes: new Set(each) })),
    )

  it('is told by the newest, and what the newest does not tell by the one before', () => {
    const old = telling('1', {
      contract_status: 'active',
      rateplan_code: 'OLD',
      rateplan_name: 'Old',
      contract_entity: null,
    })
    const young = telling('2', {
      contract_status: 'closed',
      rateplan_code: 'NEW',
      rateplan_name: null,
      espi_tariff_riders: [],
    })
    expect(merged([old, young], ['include_rate_plans', 'include_contract_numbers'])).toEqual({
      contract_status: 'closed',
      rateplan_code: 'NEW',
      rateplan_name: 'Old',
      contract_entity: null,
      espi_tariff_riders: [],
    })
  })

  it('unites lists that are collected from several resources', () => {
    const narrow = telling('2', { service_types: ['residential', 'metered'], contract_types: [] })
    const wide = telling('1', {
      service_types: ['electric', 'residential'],
      contract_types: ['utility_service'],
    })
    expect(merged([narrow, wide], [])).toEqual({
      service_types: ['residential', 'metered', 'electric'],
      contract_types: ['utility_service'],
    })
  })

  it('is cut to what the views over its authorization open before it is merged', () => {
    const closed = telling('2', { rateplan_code: 'NEW' }, [0])
    const open = telling('1', { rateplan_code: 'OLD' }, [1])
    expect(merged([closed, open], [], ['include_rate_plans'])).toEqual({ rateplan_code: 'OLD' })
  })
})
