/** Each once, in the order in which they first come. */
export function distinct<T>(all: readonly T[]): T[] {
  return [...new Set(all)]
}
