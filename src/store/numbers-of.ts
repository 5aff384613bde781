import type { Translated } from '../translate/translated.ts'

/** The numbers of accounts and contracts, by object id: null where it was said that there is none. */
export function numbersOf({ accounts, serviceContracts }: Translated): ReadonlyMap<string, string | null> {
  return new Map([
    ...accounts.map((object) => [object.cds_account_id, object.account_number ?? null] as const),
    ...serviceContracts.map(
      (object) => [object.cds_servicecontract_id, object.contract_number ?? null] as const,
    ),
  ])
}
