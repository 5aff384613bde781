import type { Writable } from 'node:stream'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import { epochToDatetime } from '../shared/clock.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { csvLine } from './csv-line.ts'
import { type LocalTimes, localTimes } from './local-times.ts'
import { meterNumberOf } from './meter-number-of.ts'
import type { ObjectOutput } from './object-output.ts'
import { type IntervalValue, valuesOf } from './segment-values.ts'
import { TextOutput } from './text-output.ts'

interface Row {
  segment: UsageSegment
  interval: IntervalValue
  local: LocalTimes
  /** How people know the meters and usage points of the segment. */
  names: { meters: string; usagePoints: string }
}

/** A cell of a value's row by its column. `espi_…` are the custodian's own codes. */
const COLUMNS: Record<string, (row: Row) => unknown> = {
  usagesegment_id: ({ segment }) => segment.cds_usagesegment_id,
  servicepoint_ids: ({ segment }) => segment.related_servicepoints.join(' '),
  meterdevice_ids: ({ segment }) => segment.related_meterdevices.join(' '),
  meter_numbers: ({ names }) => names.meters,
  usage_points: ({ names }) => names.usagePoints,
  format_id: ({ interval }) => interval.format.id,
  segment_start: ({ segment }) => segment.segment_start,
  interval_start: ({ interval }) => epochToDatetime(interval.start),
  interval_end: ({ interval }) => epochToDatetime(interval.end),
  interval_start_local: ({ interval, local }) => local(interval.start),
  interval_end_local: ({ interval, local }) => local(interval.end),
  type: ({ interval }) => interval.format.type,
  direction: ({ interval: { format } }) => format.direction ?? format.espi_direction,
  units: ({ interval: { format } }) => format.units ?? format.currency,
  quality: ({ interval }) => interval.format.quality,
  value: ({ interval }) => interval.value,
  espi_quality: ({ interval }) => interval.format.espi_quality,
  espi_tou: ({ interval }) => interval.format.espi_tou,
  espi_tier: ({ interval }) => interval.format.espi_tier,
  espi_cpp: ({ interval }) => interval.format.espi_cpp,
  espi_measure: ({ interval }) => interval.format.espi_measure,
}

/** Usage as RFC 4180 CSV, one row per value, digits exact. Other objects have no place in a table of values. */
export class CsvOutput implements ObjectOutput {
  readonly usageSegmentTexts = undefined
  private readonly output: TextOutput
  private readonly local: LocalTimes
  private readonly meterNumbers = new Map<string, string>()
  private readonly usagePointPaths: ReadonlyMap<string, string>

  constructor(stream: Writable, calendar: LocalCalendar, usagePointPaths: ReadonlyMap<string, string>) {
    this.output = new TextOutput(stream)
    this.local = localTimes(calendar)
    this.usagePointPaths = usagePointPaths
    this.output.add(csvLine(Object.keys(COLUMNS)))
  }

  async list(_name: string, objects: Iterable<object>): Promise<number> {
    let count = 0
    for (const object of objects) {
      count++
      const meter = meterNumberOf(object)
      if (meter) this.meterNumbers.set(meter.id, meter.number)
    }
    return count
  }

  async usageSegments(segments: Iterable<UsageSegment>): Promise<number> {
    const cells = Object.values(COLUMNS)
    let count = 0
    for (const segment of segments) {
      count++
      const names = this.namesOf(segment)
      for (const interval of valuesOf(segment)) {
        const row = { segment, interval, local: this.local, names }
        if (this.output.add(csvLine(cells.map((cell) => cell(row))))) await this.output.flush()
      }
    }
    return count
  }

  private namesOf(segment: UsageSegment): Row['names'] {
    return {
      meters: known(segment.related_meterdevices, this.meterNumbers),
      usagePoints: known(segment.related_servicepoints, this.usagePointPaths),
    }
  }

  async end(): Promise<void> {
    await this.output.flush()
  }
}

function known(ids: readonly string[], names: ReadonlyMap<string, string>): string {
  return ids.flatMap((id) => names.get(id) ?? []).join(' ')
}
