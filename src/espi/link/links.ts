/**
 * An href becomes what links are compared by: trimmed, without scheme and host (real feeds mix hosts), with a leading
 * and without a trailing slash. Case and query stay: ids may differ in nothing else.
 */
export function normaliseHref(href: string): string {
  const path = href.trim().replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const clean = path.replace(/^(?:\.{1,2}\/)+/, '').replace(/\/+(?=$|\?)/, '')
  return clean.startsWith('/') ? clean : `/${clean}`
}

/** The id behind a `/{kind}/` segment of a path, e.g. `7` for `UsagePoint` in `/Subscription/1/UsagePoint/7/MeterReading`. */
export function segmentId(path: string, kind: string): string | undefined {
  const start = path.lastIndexOf(`/${kind}/`)
  if (start < 0) return undefined
  return path.slice(start + kind.length + 2).split(/[/?]/, 1)[0] || undefined
}

/** The path up to a resource of that kind and its id, whatever follows: the first of `paths` that has one. */
export function pathTo(kind: string, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const id = segmentId(path, kind)
    if (id !== undefined) return `${path.slice(0, path.lastIndexOf(`/${kind}/`))}/${kind}/${id}`
  }
  return undefined
}

/**
 * What names a usage point in every feed of one authorization: the id in its path, whatever precedes it (the same usage
 * point appears under Subscription, RetailCustomer and User), else the path, else the entry's id.
 */
export function usagePointKey(self: string | undefined, entryId?: string): string {
  const path = self === undefined ? undefined : normaliseHref(self)
  if (path === undefined) return entryId ?? ''
  return segmentId(path, 'UsagePoint') ?? path
}
