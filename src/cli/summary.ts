import type { EspiFeed } from '../espi/model.ts'
import type { Refused, Translated } from '../translate/translated.ts'

type Counted = Pick<Translated, 'accounts' | 'serviceContracts' | 'servicePoints' | 'meterDevices'> & {
  segments: number
  refused: readonly Refused[]
}

/** What was read, what came of it, and what was refused, by code: no value, no number, no name. */
export function summarise(feeds: readonly EspiFeed[], result: Counted, seconds: number): string {
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
  const megabytes = sum(feeds.map(({ bytes }) => bytes)) / 1e6
  const entries = sum(feeds.map((feed) => feed.entries.length))
  const readings = sum(feeds.map((feed) => feed.readings.length))
  const lines = [
    `Read ${entries} entries and ${readings} readings: ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s (${(megabytes / seconds).toFixed(0)} MB/s).`,
    `Wrote ${result.accounts.length} accounts, ${result.serviceContracts.length} service contracts, ${result.servicePoints.length} service points, ${result.meterDevices.length} meter devices, ${result.segments} usage segments.`,
    ...refusedLines(result.refused),
  ]
  return `${lines.join('\n')}\n`
}

function refusedLines(refused: readonly Refused[]): string[] {
  const kinds = Map.groupBy(refused, ({ code, field }) => `${code} (${field})`)
  return [...kinds].map(([kind, lines]) => {
    const count = lines.reduce((total, line) => total + line.count, 0)
    return `Refused ${count} × ${kind}: ${lines[0]?.detail ?? ''}`
  })
}
