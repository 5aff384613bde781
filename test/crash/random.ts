import { randomness } from '../../src/sandbox/random.ts'

/** Numbers that look random and come again in the same order for the same seed. */
export interface Dice {
  /** From 0 up to, not with, 1. */
  roll(): number
  /** Whether something of this probability happens. */
  happens(probability: number): boolean
  between(least: number, most: number): number
  pick<T>(from: readonly [T, ...T[]]): T
}

/** The dice of one seed and one thing to decide, so that deciding one thing more often does not change another. */
export function diceOf(seed: string, what: string): Dice {
  const number = randomness(`${seed}/${what}`)
  let rolls = 0
  const roll = (): number => number(++rolls) / 2 ** 32
  return {
    roll,
    happens: (probability) => roll() < probability,
    between: (least, most) => least + roll() * (most - least),
    pick: (from) => from[Math.floor(roll() * from.length)] ?? from[0],
  }
}
