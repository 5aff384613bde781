import type { ServiceContract } from '../cds/wire/service-contract.ts'
import type { Translated, Unstamped } from '../translate/translated.ts'
import type { CustomerPathRow } from './tables/customer-facts.ts'

/** A way from an account through a contract and a service point to a meter; null where it begins later or ends before. */
export type CustomerPath = Omit<CustomerPathRow, 'utility_authorization_id' | 'path_hash'>

type AccountPart = Pick<CustomerPath, 'account_id' | 'account_number'>
type ContractPart = AccountPart & Pick<CustomerPath, 'contract_id' | 'contract_number' | 'service_types'>
type PointPart = Pick<CustomerPath, 'point_id' | 'point_number' | 'premise_numbers'>
type MeterPart = Pick<CustomerPath, 'meter_id' | 'meter_number'>

const NO_ACCOUNT: AccountPart = { account_id: null, account_number: null }
const NO_CONTRACT: ContractPart = {
  ...NO_ACCOUNT,
  contract_id: null,
  contract_number: null,
  service_types: [],
}
const NO_POINT: PointPart = { point_id: null, point_number: null, premise_numbers: [] }
const NO_METER: MeterPart = { meter_id: null, meter_number: null }

/** What a feed became, as the paths between its objects: each object lies on at least one. */
export function pathsOf(translated: Translated): CustomerPath[] {
  const contracts = contractParts(translated)
  const points = pointParts(translated)
  const meters = meterParts(translated)
  const withPoint = [...points].flatMap(([id, { part, contractIds }]) => {
    const ofPoint = orNone(
      contractIds.map((contractId) => contracts.get(contractId) ?? untold(contractId)),
      NO_CONTRACT,
    )
    const atPoint = meters.get(id) ?? [NO_METER]
    return ofPoint.flatMap((contract) => atPoint.map((meter) => ({ ...contract, ...part, ...meter })))
  })
  const elsewhere = [...meters].flatMap(([point_id, atPoint]) =>
    points.has(point_id) ? [] : atPoint.map((meter) => ({ ...NO_CONTRACT, ...NO_POINT, point_id, ...meter })),
  )
  const withoutPoint = [...contracts.values()]
    .filter(isNotIn('contract_id', withPoint))
    .map((contract) => ({ ...contract, ...NO_POINT, ...NO_METER }))
  const withoutContract = [...accountParts(translated).values()]
    .filter(isNotIn('account_id', [...contracts.values()]))
    .map((account) => ({ ...NO_CONTRACT, ...account, ...NO_POINT, ...NO_METER }))
  return [...withPoint, ...elsewhere, ...withoutPoint, ...withoutContract]
}

function isNotIn<Key extends keyof CustomerPath>(key: Key, list: readonly Pick<CustomerPath, Key>[]) {
  const found = new Set(list.map((each) => each[key]))
  return (each: Pick<CustomerPath, Key>): boolean => !found.has(each[key])
}

function accountParts({ accounts }: Translated): ReadonlyMap<string, AccountPart> {
  return new Map(
    accounts.map(({ cds_account_id, account_number = null }) => [
      cds_account_id,
      { account_id: cds_account_id, account_number },
    ]),
  )
}

function contractParts(translated: Translated): ReadonlyMap<string, ContractPart> {
  const accounts = accountParts(translated)
  const part = (contract: Unstamped<ServiceContract>): ContractPart => ({
    account_id: contract.cds_account_id,
    account_number: accounts.get(contract.cds_account_id)?.account_number ?? contract.account_number ?? null,
    contract_id: contract.cds_servicecontract_id,
    contract_number: contract.contract_number ?? null,
    service_types: contract.service_types,
  })
  return new Map(translated.serviceContracts.map((each) => [each.cds_servicecontract_id, part(each)]))
}

function pointParts({
  servicePoints,
}: Translated): ReadonlyMap<string | null, { part: PointPart; contractIds: string[] }> {
  return new Map(
    servicePoints.map((point) => [
      point.cds_servicepoint_id,
      {
        part: {
          point_id: point.cds_servicepoint_id,
          point_number: point.servicepoint_number,
          premise_numbers: (point.premises ?? []).map(({ premise_number }) => premise_number),
        },
        contractIds: [...new Set([...point.current_servicecontracts, ...point.previous_servicecontracts])],
      },
    ]),
  )
}

/** The meters of each service point, told or not; under `null` those that are at none. */
function meterParts({ meterDevices }: Translated): ReadonlyMap<string | null, MeterPart[]> {
  const meters = new Map<string | null, MeterPart[]>()
  for (const meter of meterDevices) {
    const part = { meter_id: meter.cds_meterdevice_id, meter_number: meter.meter_number ?? null }
    const pointIds = new Set([...meter.current_servicepoints, ...meter.previous_servicepoints])
    for (const id of orNone<string | null>([...pointIds], null)) {
      const atPoint = meters.get(id) ?? []
      meters.set(id, atPoint)
      atPoint.push(part)
    }
  }
  return meters
}

/** A service point may name a contract of which this authorization tells nothing else. */
function untold(contract_id: string): ContractPart {
  return { ...NO_CONTRACT, contract_id }
}

function orNone<T>(list: readonly T[], none: T): readonly T[] {
  return list.length === 0 ? [none] : list
}
