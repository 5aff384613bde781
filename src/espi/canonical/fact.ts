import type { Entry } from '../model.ts'

/** One element on the way from a payload down to a fact; the same element is the same `id`. */
export interface Step {
  name: string
  id: object
}

/** Where a fact stands. A reading's stands in several entries: its block, its meter reading, its reading type. */
export interface Origin {
  entry: Entry
  path: readonly Step[]
}

/** One thing that a feed says, in a form that does not depend on how it is written. */
export interface Fact {
  text: string
  origins: readonly Origin[]
}

/** Something that facts are said of, and what belongs to it. Holders have no ids: ids differ from feed to feed. */
export interface Holder {
  kind: string
  facts: Fact[]
  parts: Holder[]
}

export function newHolder(kind: string): Holder {
  return { kind, facts: [], parts: [] }
}

/** How many facts there are, those of the parts included. */
export function countFacts({ facts, parts }: Holder): number {
  return parts.reduce((sum, part) => sum + countFacts(part), facts.length)
}

/** All facts, those of the parts included. */
export function* factsOf({ facts, parts }: Holder): Generator<Fact> {
  yield* facts
  for (const part of parts) yield* factsOf(part)
}

/** Whether nothing is said of it. */
export function isEmpty({ facts, parts }: Holder): boolean {
  return facts.length === 0 && parts.length === 0
}
