import { randomness } from '../../src/sandbox/random.ts'

/** Random choices that a seed decides. */
export interface Random {
  /** A whole number below `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** Some of a list, in its order; each with the same probability. */
  some<T>(list: readonly T[], probability?: number): T[]
}

/** Choices from a seed, the same for the same seed. */
export function randomFrom(seed: number): Random {
  const number = randomness(String(seed))
  let drawn = 0
  const next = (): number => number(++drawn) / 2 ** 32
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to pick from')
      return list[below(list.length)] as (typeof list)[number]
    },
    some: (list, probability = 0.5) => list.filter(() => next() < probability),
  }
}
