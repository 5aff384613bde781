import type { UsagePoint } from '../resolved.ts'
import { contradict } from './contradiction.ts'
import { usagePointKey } from './links.ts'

/**
 * The key of the usage point that a path of the customer's feed means: the one of just that path, else the one of its id that is
 * under no other holder. A path that means none of them gets a key of its own: its id, or the whole path where the id is that of another.
 */
export function usagePointNames(
  paths: readonly string[],
  usagePoints: readonly UsagePoint[],
): (path: string) => string {
  const byPath = new Map(
    usagePoints.flatMap(({ key, path, item }) =>
      [path, ...(item?.self ?? [])].map((own) => [own, key] as const),
    ),
  )
  const byId = Map.groupBy(usagePoints, ({ key, path }) => (path === undefined ? key : usagePointKey(path)))
  const namesakes = Map.groupBy(new Set(paths), (path) => usagePointKey(path))
  return (path) => {
    const exact = byPath.get(path)
    if (exact !== undefined) return exact
    const id = usagePointKey(path)
    const known = byId.get(id) ?? []
    const [one, ...others] = known.filter((point) => !contradict([path], point.path ? [point.path] : []))
    if (one && others.length === 0) return one.key
    const isAmbiguous = known.length > 0 || namesakes.get(id)?.some((other) => contradict([path], [other]))
    return isAmbiguous ? path : id
  }
}
