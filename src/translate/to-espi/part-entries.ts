import type { WrittenEntry } from '../../espi/write-feed.ts'
import { espiParts, toElement } from './to-element.ts'

/** Carried resources that hang on another. */
export function* partEntries(
  name: string,
  vocabulary: 'usage' | 'customer',
  carried: readonly object[],
  parent: string,
): Generator<WrittenEntry> {
  for (const [at, one] of carried.entries()) {
    const up = `${parent}/${name}`
    const payload = { element: toElement(name, vocabulary, espiParts(one)) }
    yield { self: `${up}/${at + 1}`, up, related: [parent], payload }
  }
}
