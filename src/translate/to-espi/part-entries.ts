import type { ResourceName } from '../../espi/resources.ts'
import type { WrittenEntry } from '../../espi/write-feed.ts'
import { espiParts, toElement } from './to-element.ts'

/** Carried resources that hang on another. */
export function* partEntries(
  name: ResourceName,
  carried: readonly object[],
  parent: string,
): Generator<WrittenEntry> {
  for (const [at, one] of carried.entries()) {
    const up = `${parent}/${name}`
    const payload = { element: toElement(name, espiParts(one)) }
    yield { self: `${up}/${at + 1}`, up, related: [parent], payload }
  }
}
