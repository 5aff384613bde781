import { existsSync } from 'node:fs'
import path from 'node:path'

const SHARED = path.resolve(import.meta.dirname, '..', '..', '..', 'shared')

/**
 * A file of the folder `shared` beside the checkout (real feeds, XSDs: too big or not ours to commit), or undefined when
 * it is absent. Tests that need it skip then: `it.skipIf(!feed)(…)`.
 */
export function sharedPath(file: string): string | undefined {
  const full = path.join(SHARED, file)
  if (existsSync(full)) return full
  noteOnce(`skipped: ${file} is not in ${SHARED}`)
  return undefined
}

const noted = new Set<string>()

/** Says once why something is skipped and how to get it. */
export function noteOnce(line: string): void {
  if (noted.has(line)) return
  noted.add(line)
  console.warn(line)
}
