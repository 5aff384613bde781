import { describe, expect, it } from 'vitest'
import { pathsOf } from '../../src/store/paths-of.ts'
import type { Translated } from '../../src/translate/translated.ts'
import { customer, NOTHING } from '../support/translated.ts'

const house = customer('a', ['a1'], [])
const [account, contract, point, meter] = [
  house.accounts[0]!,
  house.serviceContracts[0]!,
  house.servicePoints[0]!,
  house.meterDevices[0]!,
]

/** Paths as `account contract point meter`, `-` where there is none. */
const ways = (translated: Partial<Translated>): string[] =>
  pathsOf({ ...NOTHING, ...translated })
    .map((path) =>
      [path.account_id, path.contract_id, path.point_id, path.meter_id].map((id) => id ?? '-').join(' '),
    )
    .sort()

describe('pathsOf', () => {
  it('names account, contract, service point and meter with their numbers', () => {
    const premises = [{ id: 'p', premise_number: 'P-1', types: [] }]
    const paths = pathsOf({ ...house, servicePoints: [{ ...point, servicepoint_number: 'S-1', premises }] })
    expect(paths).toEqual([
      {
        account_id: 'acc-a',
        account_number: 'A-a',
        contract_id: 'con-a1',
        contract_number: 'C-a1',
        service_types: ['electric', 'residential'],
        point_id: 'sp-a1',
        point_number: 'S-1',
        premise_numbers: ['P-1'],
        meter_id: 'm-a1',
        meter_number: 'M-a1',
      },
    ])
  })

  it('takes the account number from the account, else from the contract', () => {
    const number = (translated: Partial<Translated>) =>
      pathsOf({ ...NOTHING, ...translated })[0]?.account_number
    const other = { ...contract, account_number: 'of the contract' }
    expect(number({ accounts: [account], serviceContracts: [other] })).toBe('A-a')
    expect(number({ serviceContracts: [other] })).toBe('of the contract')
    const { account_number, ...unnumbered } = contract
    expect(number({ serviceContracts: [unnumbered] })).toBeNull()
  })

  it('has one for each contract that the point names now or named before, and each meter that is or was there', () => {
    const now = { ...point, current_servicecontracts: ['con-a1'], previous_servicecontracts: ['con-a0'] }
    const earlier = { ...contract, cds_servicecontract_id: 'con-a0' }
    const gone = {
      ...meter,
      cds_meterdevice_id: 'm-a0',
      current_servicepoints: [],
      previous_servicepoints: ['sp-a1'],
    }
    expect(
      ways({
        ...house,
        serviceContracts: [contract, earlier],
        servicePoints: [now],
        meterDevices: [meter, gone],
      }),
    ).toEqual([
      'acc-a con-a0 sp-a1 m-a0',
      'acc-a con-a0 sp-a1 m-a1',
      'acc-a con-a1 sp-a1 m-a0',
      'acc-a con-a1 sp-a1 m-a1',
    ])
  })

  it('counts a contract or a point once that is named as current and as previous', () => {
    const twice = { ...point, previous_servicecontracts: ['con-a1'] }
    const meters = [{ ...meter, previous_servicepoints: ['sp-a1'] }]
    expect(ways({ ...house, servicePoints: [twice], meterDevices: meters })).toEqual([
      'acc-a con-a1 sp-a1 m-a1',
    ])
  })

  it.each<[string, Partial<Translated>, string[]]>([
    ['an account without contracts', { accounts: [account] }, ['acc-a - - -']],
    [
      'a contract without points',
      { accounts: [account], serviceContracts: [contract] },
      ['acc-a con-a1 - -'],
    ],
    [
      'a point without contracts',
      { servicePoints: [{ ...point, current_servicecontracts: [] }] },
      ['- - sp-a1 -'],
    ],
    ['a point of a contract that was not told', { servicePoints: [point] }, ['- con-a1 sp-a1 -']],
    ['a meter without points', { meterDevices: [{ ...meter, current_servicepoints: [] }] }, ['- - - m-a1']],
    ['a meter at a point that was not told', { meterDevices: [meter] }, ['- - sp-a1 m-a1']],
    ['nothing', {}, []],
  ])('leaves the rest null: %s', (_, translated, expected) => {
    expect(ways(translated)).toEqual(expected)
  })
})
