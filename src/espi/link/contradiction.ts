import { parentNames } from '../resources.ts'

/** ESPI collections whose members hold others: their ids are unique below one holder only. */
const HOLDERS: ReadonlySet<string> = new Set(['Subscription', 'RetailCustomer', 'User', ...parentNames])

/**
 * Whether two resources cannot belong together: their paths name the same collection with other members,
 * `RetailCustomer/1` and `RetailCustomer/2`. What only one of them names tells nothing: the same usage point appears under Subscription,
 * RetailCustomer and User.
 */
export function contradict(a: readonly string[], b: readonly string[]): boolean {
  const [ours, theirs] = [holdersIn(a), holdersIn(b)]
  for (const [collection, members] of ours) {
    const others = theirs.get(collection)
    if (others && members.isDisjointFrom(others)) return true
  }
  return false
}

function holdersIn(paths: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const path of paths) {
    const steps = path.split('?', 1)[0]?.split('/') ?? []
    for (const [at, collection] of steps.entries()) {
      const member = steps[at + 1]
      if (!HOLDERS.has(collection) || member === undefined || member === '') continue
      found.set(collection, (found.get(collection) ?? new Set()).add(member))
    }
  }
  return found
}
