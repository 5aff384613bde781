import type { CanonicalFeed, CanonicalPoint } from './canonical-feed.ts'
import { compareAll, type Difference, type Pair, paired, pairedByKind, textsOf } from './compare-holders.ts'
import { countFacts, type Holder } from './fact.ts'

/** Compares what two feeds say. Holders have no ids: those are compared that have most in common. */
export function compareFeeds(first: CanonicalFeed, second: CanonicalFeed): Difference {
  const points = paired(
    first.points,
    second.points,
    ({ holder }) => textsOf(holder),
    ({ place }) => place,
  )
  const [labels, others] = labelsOf(points)
  return compareAll([
    ...points.map(([a, b]): Pair<Holder> => [a?.holder, b?.holder]),
    ...pairedByKind(
      first.accounts((key) => labels.get(key)),
      second.accounts((key) => others.get(key)),
    ),
    ...pairedByKind(first.apart, second.apart),
  ])
}

/** Usage points that belong together get one name; one that says nothing in one of the feeds is as good as one elsewhere. */
function labelsOf(points: readonly Pair<CanonicalPoint>[]): [Map<string, string>, Map<string, string>] {
  const labels: [Map<string, string>, Map<string, string>] = [new Map(), new Map()]
  for (const [at, [first, second]] of points.entries()) {
    if (!first || !second || countFacts(first.holder) === 0 || countFacts(second.holder) === 0) continue
    labels[0].set(first.key, `usage point ${at + 1}`)
    labels[1].set(second.key, `usage point ${at + 1}`)
  }
  return labels
}
