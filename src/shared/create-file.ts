import { linkSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Makes a private file that appears with all its content or not at all, and never replaces one that is there: `link`
 * refuses to. False when there is one.
 */
export function createFile(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, content, { mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
