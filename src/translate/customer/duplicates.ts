import { contentOf } from '../../espi/elements.ts'
import type { Item } from '../../espi/link/kin.ts'
import type { CustomerAccount, CustomerAgreement, ResolvedFeed } from '../../espi/resolved.ts'
import type { Refusals } from '../refusals.ts'
import type { TranslateContext } from '../translated.ts'
import { accountIdOf } from './account.ts'
import { contractIdOf } from './service-contract.ts'

/**
 * Accounts of one number are one, and so are the agreements of one account and number: the later entry counts, what belongs to
 * either stays, and what the older one says differently is refused by name.
 */
export function withoutDuplicateNumbers(
  { accounts }: ResolvedFeed,
  context: TranslateContext,
  refusals: Refusals,
): CustomerAccount[] {
  const byAccount = Map.groupBy(accounts, (account) => accountIdOf(account, context))
  return [...byAccount.values()].flatMap((same) => {
    const account = latestOf(same, ({ item }) => item)
    if (!account) return []
    refuseLosers(
      same.map(({ item }) => item),
      account.item,
      refusals,
    )
    refuseLosers(
      same.map(({ customer }) => customer),
      account.customer,
      refusals,
    )
    const agreements = same.flatMap((one) => one.agreements)
    const byContract = Map.groupBy(agreements, (agreement) => contractIdOf(account, agreement, context))
    const statements = same.flatMap((one) => one.statements)
    return [
      {
        ...account,
        statements,
        agreements: [...byContract.values()].flatMap((all) => joined(all, refusals)),
      },
    ]
  })
}

function joined(same: readonly CustomerAgreement[], refusals: Refusals): CustomerAgreement[] {
  const agreement = latestOf(same, ({ item }) => item)
  if (!agreement) return []
  refuseLosers(
    same.map(({ item }) => item),
    agreement.item,
    refusals,
  )
  return [
    {
      item: agreement.item,
      serviceLocations: same.flatMap(({ serviceLocations }) => serviceLocations),
      suppliers: same.flatMap(({ suppliers }) => suppliers),
      programDates: same.flatMap(({ programDates }) => programDates),
    },
  ]
}

/** Of several entries for one object the one with the later `updated`, then the later in the document. */
export function latestOf<T>(all: readonly T[], itemOf: (one: T) => Item | undefined): T | undefined {
  return all.toSorted((a, b) => (itemOf(a)?.entry.updated ?? -1) - (itemOf(b)?.entry.updated ?? -1)).at(-1)
}

/** Refuses those that say something else than the one that counts. */
export function refuseLosers(
  items: readonly (Item | undefined)[],
  winner: Item | undefined,
  refusals: Refusals,
): void {
  for (const item of new Set(items)) {
    if (!item || item === winner || (winner && contentOf(item.element) === contentOf(winner.element)))
      continue
    refusals.add('duplicate_object', item.entry, item.element.name)
  }
}
