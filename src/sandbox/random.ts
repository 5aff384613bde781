/**
 * A number from 0 to 2³² − 1 that looks random and is always the same for the same input, so that any window of any
 * meter can be computed without what comes before it.
 */
export type Randomness = (...key: number[]) => number

/** The randomness of one seed (mixing steps of MurmurHash3). */
export function randomness(seed: string): Randomness {
  let start = 0x811c9dc5
  for (const char of seed) start = mix(start, char.codePointAt(0) ?? 0)
  return (...key) => {
    let hash = start
    for (const part of key) hash = mix(hash, part)
    return finish(hash)
  }
}

/** The same source for one named thing: a meter, a channel. */
export function randomnessOf(seed: string, name: string): Randomness {
  return randomness(`${seed}/${name}`)
}

function mix(hash: number, part: number): number {
  const scrambled = Math.imul(rotate(Math.imul(part | 0, 0xcc9e2d51), 15), 0x1b873593)
  return (Math.imul(rotate(hash ^ scrambled, 13), 5) + 0xe6546b64) | 0
}

function finish(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return (second ^ (second >>> 16)) >>> 0
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
