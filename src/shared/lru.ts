export interface Lru<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value, weight: number): void
  delete(key: Key): void
}

/** Keeps what was used last: so many entries, and so much weight together, at most. What is heavier than all is not kept. */
export function newLru<Key, Value>(most: { entries: number; weight: number }): Lru<Key, Value> {
  // A Map keeps the order in which its keys were set: the first is the one not used for longest.
  const kept = new Map<Key, { value: Value; weight: number }>()
  let together = 0

  const remove = (key: Key): void => {
    together -= kept.get(key)?.weight ?? 0
    kept.delete(key)
  }

  return {
    get(key) {
      const found = kept.get(key)
      if (!found) return undefined
      kept.delete(key)
      kept.set(key, found)
      return found.value
    },
    set(key, value, weight) {
      remove(key)
      if (weight > most.weight) return
      kept.set(key, { value, weight })
      together += weight
      for (const oldest of kept.keys()) {
        if (kept.size <= most.entries && together <= most.weight) return
        remove(oldest)
      }
    },
    delete: remove,
  }
}
