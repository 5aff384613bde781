/** Counts `espi_…` members of an object, at any depth, once an object each. */
export function countCarried(counts: Map<string, number>, object: object): void {
  for (const name of new Set(carriedIn(object))) counts.set(name, (counts.get(name) ?? 0) + 1)
}

function* carriedIn(object: object): Generator<string> {
  for (const [name, member] of Object.entries(object)) {
    if (name.startsWith('espi_')) yield name
    if (member !== null && typeof member === 'object') yield* carriedIn(member)
  }
}
