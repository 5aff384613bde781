import type { AnyUsageSegment } from '../../cds/wire/any-object.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { Decimal } from '../../shared/decimal.ts'
import { powerQualityMeasures } from '../usage/power-quality.ts'
import { toEpoch } from './cds-objects.ts'
import { wholeAt } from './cost-columns.ts'
import { codeOf } from './reading-type.ts'
import type { Unsaid } from './unsaid.ts'

/** Whether a segment holds power quality summaries, which are no readings. */
export function isPowerQuality({ formats }: AnyUsageSegment): boolean {
  return formats.some(({ type }) => type === 'espi_power_quality')
}

/** Segments of `espi_power_quality` become the parts of ElectricPowerQualitySummaries, one for each interval and protocol. */
export function toPowerQualityParts(segments: readonly AnyUsageSegment[], unsaid: Unsaid): EspiObject[] {
  const summaries = new Map<string, EspiObject>()
  for (const segment of segments) {
    const duration = segment.interval.toString()
    for (const [place, set] of segment.values.entries()) {
      const start = String(toEpoch(segment.segment_start) + place * Number(duration))
      for (const [at, format] of segment.formats.entries()) {
        const fields: Record<string, unknown> = { ...format }
        const value = set[at]?.v
        if (value === undefined) continue
        const measure = String(fields.espi_measure)
        const protocol = codeOf(fields.espi_measurement_protocol)
        const text = wholeText(value, measure)
        if (text === undefined) {
          const object = `usage_segment ${segment.cds_usagesegment_id}`
          unsaid.add(object, `formats ${measure}`, 'an ElectricPowerQualitySummary has no such element')
          continue
        }
        const key = `${start} ${duration} ${protocol ?? ''}`
        const summary = summaries.get(key) ?? {
          summaryInterval: { duration, start },
          ...(protocol !== undefined && { measurementProtocol: String(protocol) }),
        }
        summaries.set(key, { ...summary, [measure]: text })
      }
    }
  }
  return [...summaries.values()]
}

/** The integer that ESPI has for a value. */
function wholeText(value: unknown, measure: string): string | undefined {
  const scale = Object.hasOwn(powerQualityMeasures, measure)
    ? powerQualityMeasures[measure]?.scale
    : undefined
  if (scale === undefined || !(value instanceof Decimal)) return undefined
  return wholeAt(value, scale)?.toString()
}
