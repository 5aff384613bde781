import { joinCustomers } from './link/join-customers.ts'
import { joinUsage } from './link/join-usage.ts'
import { resourcesIn } from './link/resources.ts'
import type { EspiFeed } from './model.ts'
import type { ResolvedFeed } from './resolved.ts'
import { isJoined, resourceNames } from './resources.ts'

const JOINED = resourceNames(isJoined)

/** Joins the entries of one or several feeds of one authorization into one graph. Inputs stay as they are. */
export function resolveLinks(feeds: readonly EspiFeed[]): ResolvedFeed {
  const unresolved: ResolvedFeed['unresolved'] = []
  const { usagePoints, ...explaining } = joinUsage(feeds, unresolved)
  const { accounts, customersWithoutAccount } = joinCustomers(feeds, usagePoints, unresolved)
  return {
    usagePoints,
    accounts,
    customersWithoutAccount,
    unresolved,
    ...explaining,
    others: othersOf(feeds),
  }
}

function othersOf(feeds: readonly EspiFeed[]): ResolvedFeed['others'] {
  return feeds.flatMap((feed) => resourcesIn(feed).filter(({ resource }) => !JOINED.has(resource.name)))
}
