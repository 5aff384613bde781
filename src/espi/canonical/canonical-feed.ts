import type { EspiFeed } from '../model.ts'
import { resolveLinks } from '../resolve-links.ts'
import type { ResolvedFeed } from '../resolved.ts'
import { accountHolders, type LabelOf } from './canonical-account.ts'
import { apartOf } from './canonical-apart.ts'
import { canonicalItem } from './canonical-element.ts'
import { pointHolder } from './canonical-point.ts'
import type { CanonicalContext } from './canonical-readings.ts'
import { factsOf, type Holder } from './fact.ts'

/** A usage point under the key that only its own feed knows. */
export interface CanonicalPoint {
  key: string
  holder: Holder
  /** What the customer feed says of the place, to tell usage points of equal content apart. */
  place: string[]
}

/** What one or several feeds say, independent of how they say it. */
export interface CanonicalFeed {
  points: CanonicalPoint[]
  /** Accounts with what belongs to them. `labelOf` gives a usage point's name, the same in both feeds of a comparison. */
  accounts(labelOf: LabelOf): Holder[]
  /** What found no place in the graph. */
  apart: Holder[]
}

/** Feeds, joined by their links, become what they say. `currency` counts where nothing in them names one. */
export function toCanonical(feeds: readonly EspiFeed[], { currency = '' } = {}): CanonicalFeed {
  const resolved = resolveLinks(feeds)
  const order = new Map(feeds.map((feed, at) => [feed.readings, at]))
  const context: CanonicalContext = {
    currency,
    feedOrder: ({ readings }) => order.get(readings) ?? 0,
  }
  return {
    points: resolved.usagePoints.map((point) => ({
      key: point.key,
      holder: pointHolder(point, context),
      place: placeOf(point.key, resolved),
    })),
    accounts: (labelOf) => accountHolders(resolved.accounts, labelOf),
    apart: apartOf(feeds, resolved),
  }
}

function placeOf(key: string, { accounts }: ResolvedFeed): string[] {
  return accounts.flatMap(({ agreements }) =>
    agreements.flatMap(({ item, serviceLocations }) =>
      serviceLocations
        .filter(({ usagePoints }) => usagePoints.includes(key))
        .flatMap(({ item: location, meters }) =>
          [item, location, ...meters].flatMap((one) =>
            [...factsOf(canonicalItem(one))].map(({ text }) => `at ${text}`),
          ),
        ),
    ),
  )
}
