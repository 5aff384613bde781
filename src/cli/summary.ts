import type { EspiFeed } from '../espi/model.ts'
import { isNoticed } from '../translate/refusals.ts'
import type { Refused } from '../translate/translated.ts'
import { sizeText } from './size-text.ts'
import type { Written } from './write-objects.ts'

/** Said where `--strict` kept the output back. */
export const NOTHING_WRITTEN = 'Nothing was written: --strict.\n'

/** What was read, what came of it, and what was refused and noticed, by code: no value, no number, no name. */
export function summarise(
  feeds: readonly EspiFeed[],
  { counts, refused, noticed }: Written,
  seconds: number,
): string {
  const bytes = sum(feeds.map((feed) => feed.bytes))
  const entries = sum(feeds.map((feed) => feed.entries.length))
  const readings = sum(feeds.map((feed) => feed.readings.length))
  const lines = [
    `Read ${entries} entries and ${readings} readings, ${sizeText(bytes)}, in ${seconds.toFixed(1)} s${rateText(bytes, seconds)}.`,
    `Translated to ${countsText(counts)}.`,
    ...namedLines([...refused, ...noticed]),
  ]
  return `${lines.join('\n')}\n`
}

/** What was refused or noticed, a line for each code and field. */
export function namedLines(records: readonly Refused[]): string[] {
  const kinds = Map.groupBy(records, ({ code, field }) => `${code} (${field})`)
  return [...kinds].map(([kind, lines]) => {
    const count = sum(lines.map((line) => line.count))
    const [first] = lines
    const verb = first && isNoticed(first) ? 'Noticed' : 'Refused'
    return `${verb} ${count} × ${kind}: ${first?.detail ?? ''}`
  })
}

/** A rate says nothing about a file that is read in no time. */
function rateText(bytes: number, seconds: number): string {
  return bytes < 1e6 || seconds <= 0 ? '' : ` (${(bytes / 1e6 / seconds).toFixed(0)} MB/s)`
}

function countsText(counts: Written['counts']): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
    .join(', ')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
