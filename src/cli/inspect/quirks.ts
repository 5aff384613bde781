import type { Entry } from '../../espi/model.ts'
import type { Quirk } from './inspection.ts'

const LISTED = 5

/** Collects quirks: one line for each kind, with a count and the first entries. */
export class Quirks {
  private readonly known = new Map<string, Quirk>()

  add(code: string, text: string, entry?: Entry, count = 1): void {
    let quirk = this.known.get(code)
    if (!quirk) {
      quirk = { code, text, count: 0, entries: [] }
      this.known.set(code, quirk)
    }
    quirk.count += count
    if (!entry || quirk.entries.length >= LISTED) return
    const name = `entry ${entry.number} (line ${entry.line})`
    if (!quirk.entries.includes(name)) quirk.entries.push(name)
  }

  toList(): Quirk[] {
    return [...this.known.values()]
  }
}
