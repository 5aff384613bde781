/**
 * A list cut into pieces that weigh no more than `most`, or hold one that does: what is worked on and written at once, so that neither
 * the event loop nor the memory of a statement is held for long.
 */
export function* batches<T>(list: readonly T[], most: number, weight: (each: T) => number): Generator<T[]> {
  let batch: T[] = []
  let sum = 0
  for (const each of list) {
    const added = weight(each)
    if (batch.length > 0 && sum + added > most) {
      yield batch
      batch = []
      sum = 0
    }
    batch.push(each)
    sum += added
  }
  if (batch.length > 0) yield batch
}
