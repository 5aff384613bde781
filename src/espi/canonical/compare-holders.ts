import { countFacts, type Fact, factsOf, type Holder } from './fact.ts'

/** What two feeds have in common, and what only one of them says. */
export interface Difference {
  /** Facts of the first feed. */
  facts: number
  missing: Fact[]
  added: Fact[]
}

/** Compares two holders and what belongs to them. */
export function compareHolders(first: Holder, second: Holder): Difference {
  return compareAll([[first, second]])
}

export type Pair<T> = readonly [T | undefined, T | undefined]

export function compareAll(pairs: readonly Pair<Holder>[]): Difference {
  const difference: Difference = { facts: 0, missing: [], added: [] }
  for (const pair of pairs) compareInto(difference, pair)
  return difference
}

function compareInto(difference: Difference, [first, second]: Pair<Holder>): void {
  if (!first || !second) {
    if (first) difference.missing.push(...factsOf(first))
    if (second) difference.added.push(...factsOf(second))
    difference.facts += first ? countFacts(first) : 0
    return
  }
  difference.facts += first.facts.length
  difference.missing.push(...without(first.facts, second.facts))
  difference.added.push(...without(second.facts, first.facts))
  for (const pair of pairedByKind(first.parts, second.parts)) compareInto(difference, pair)
}

/** Those facts that the others do not say, or not as often. */
function without(facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  const left = new Map<string, number>()
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1)
  return facts.filter(({ text }) => {
    const count = left.get(text) ?? 0
    if (count > 0) left.set(text, count - 1)
    return count === 0
  })
}

export function pairedByKind(first: readonly Holder[], second: readonly Holder[]): Pair<Holder>[] {
  const [ones, twos] = [Map.groupBy(first, kindOf), Map.groupBy(second, kindOf)]
  const kinds = new Set([...ones.keys(), ...twos.keys()])
  return [...kinds].flatMap((kind) => paired(ones.get(kind) ?? [], twos.get(kind) ?? [], textsOf))
}

function kindOf({ kind }: Holder): string {
  return kind
}

export function textsOf(holder: Holder): string[] {
  return [...factsOf(holder)].map(({ text }) => text)
}

/**
 * Each with the one of the others that it has most texts in common with; equal ones first, and of those that are equally like the ones
 * with more in common in `otherTexts`.
 */
export function paired<T>(
  first: readonly T[],
  second: readonly T[],
  texts: (one: T) => string[],
  otherTexts: (one: T) => string[] = () => [],
): Pair<T>[] {
  if (first.length <= 1 && second.length <= 1) {
    return first.length + second.length === 0 ? [] : [[first[0], second[0]]]
  }
  const read = (one: T): Counts[] => [counted(texts(one)), counted(otherTexts(one))]
  const others = second.map(read)
  const candidates = first.flatMap((one, a) => {
    const [own, more] = read(one)
    return others.map(([its, rest], b) => ({
      a,
      b,
      like: likeness(own, its),
      alsoLike: likeness(more, rest),
    }))
  })
  candidates.sort((x, y) => y.like - x.like || y.alsoLike - x.alsoLike || x.a - y.a || x.b - y.b)
  const [takenA, takenB] = [new Set<number>(), new Set<number>()]
  const pairs: Pair<T>[] = []
  for (const { a, b } of candidates) {
    if (takenA.has(a) || takenB.has(b)) continue
    takenA.add(a)
    takenB.add(b)
    pairs.push([first[a], second[b]])
  }
  return [
    ...pairs,
    ...first.filter((_, at) => !takenA.has(at)).map((one): Pair<T> => [one, undefined]),
    ...second.filter((_, at) => !takenB.has(at)).map((one): Pair<T> => [undefined, one]),
  ]
}

type Counts = ReadonlyMap<string, number>

function counted(texts: readonly string[]): Counts {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

/** Share of what both say: 1 is equal. */
function likeness(a: Counts = new Map(), b: Counts = new Map()): number {
  let [common, total] = [0, 0]
  for (const [text, count] of a) {
    common += Math.min(count, b.get(text) ?? 0)
    total += count
  }
  for (const count of b.values()) total += count
  return total === 0 ? 1 : (2 * common) / total
}
