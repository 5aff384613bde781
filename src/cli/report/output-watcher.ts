import type { BillSection } from '../../cds/wire/bill-section.ts'
import type { UsageSegment, ValueFormat } from '../../cds/wire/usage-segment.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { Unstamped } from '../../translate/translated.ts'
import { meterNumberOf } from '../meter-number-of.ts'
import { type IntervalValue, valuesOf } from '../segment-values.ts'
import type { Watcher, Written } from '../write-objects.ts'
import { toBillReports } from './bill-report.ts'
import { countCarried } from './carried.ts'
import type { MeterIdentity } from './meter-identity.ts'
import { toMeterReport } from './meter-report.ts'
import { MeterStream } from './meter-stream.ts'
import { toRefusedReports } from './refused-report.ts'
import type { MeterReport, OutputReport } from './report.ts'

const HOUR = 3600

interface Watched {
  identity: MeterIdentity
  /** Ids of the meter devices. */
  meters: Set<string>
  stream: MeterStream
}

/** Sees the objects of one output on their way, and tells about them. */
export class OutputWatcher implements Watcher {
  readonly name: string
  private readonly calendar: LocalCalendar
  private readonly counts: Record<string, number> = {}
  private readonly carried = new Map<string, number>()
  private readonly meterNumbers = new Map<string, string>()
  private usagePointPaths: ReadonlyMap<string, string> = new Map()
  private readonly streams = new Map<string, Watched>()
  private readonly sections: Unstamped<BillSection>[] = []
  private named: Pick<Written, 'refused' | 'noticed'> = { refused: [], noticed: [] }

  constructor(name: string, calendar: LocalCalendar) {
    this.name = name
    this.calendar = calendar
  }

  usagePoints(paths: ReadonlyMap<string, string>): void {
    this.usagePointPaths = paths
  }

  object(list: string, object: object): void {
    this.count(list)
    countCarried(this.carried, object)
    const meter = meterNumberOf(object)
    if (meter) this.meterNumbers.set(meter.id, meter.number)
  }

  usageSegment(segment: Unstamped<UsageSegment>): void {
    this.count('usage_segments')
    for (const format of segment.formats) countCarried(this.carried, format)
    const streams = new Map<ValueFormat, MeterStream>()
    for (const value of valuesOf(segment)) {
      const stream = streams.get(value.format) ?? this.streamOf(segment, value)
      streams.set(value.format, stream)
      stream.add(value)
    }
  }

  billSection(section: Unstamped<BillSection>): void {
    this.sections.push(section)
  }

  /** Called when all objects have passed. */
  end(named: Pick<Written, 'refused' | 'noticed'>): void {
    this.named = named
  }

  toReport(): OutputReport {
    const watched = [...this.streams.values()]
    const meters = watched.map((each) => {
      const numbers = [...each.meters].flatMap((id) => this.meterNumbers.get(id) ?? [])
      const report = toMeterReport(each.identity, each.stream, {
        meter_numbers: numbers,
        usage_points: each.identity.servicepoints.flatMap((id) => this.usagePointPaths.get(id) ?? []),
      })
      return watched.some((other) => isToldTwice(each, other)) ? withSeveralLengths(report) : report
    })
    return {
      name: this.name,
      objects: this.counts,
      carried: Object.fromEntries([...this.carried].sort()),
      refused: toRefusedReports(this.named.refused),
      noticed: toRefusedReports(this.named.noticed),
      meters,
      bills: this.sections.flatMap((section) => toBillReports(section, meters)),
    }
  }

  private count(list: string): void {
    this.counts[list] = (this.counts[list] ?? 0) + 1
  }

  private streamOf(
    segment: Unstamped<UsageSegment>,
    { format, start, end, value }: IntervalValue,
  ): MeterStream {
    const direction = format.direction ?? format.espi_direction
    const measure = format.espi_measure
    const units = String(format.units ?? format.currency ?? '')
    const interval = typeof value === 'string' ? 'register' : intervalClass(end - start)
    const what = [format.type, direction, measure, units, interval]
    const key = JSON.stringify([segment.related_servicepoints, ...what])
    let known = this.streams.get(key)
    if (!known) {
      const identity: MeterIdentity = {
        servicepoints: segment.related_servicepoints,
        type: format.type,
        ...(typeof direction === 'string' && { direction }),
        ...(typeof measure === 'string' && { measure }),
        units,
        interval,
      }
      known = { identity, meters: new Set(), stream: new MeterStream(format.type, this.calendar) }
      this.streams.set(key, known)
    }
    for (const id of segment.related_meterdevices) known.meters.add(id)
    return known.stream
  }
}

/** A day has 23 to 25 hours, and billing periods have all lengths: each is one class, not one per length. */
function intervalClass(seconds: number): MeterIdentity['interval'] {
  if (seconds < 23 * HOUR) return seconds
  return seconds <= 25 * HOUR ? 'day' : 'period'
}

/** Hours and bill periods of the same usage are the same energy told twice. */
function isToldTwice(a: Watched, b: Watched): boolean {
  if (a === b || !a.stream.addedUp) return false
  const sameThing = a.identity.type === b.identity.type && a.identity.direction === b.identity.direction
  const samePlace = a.identity.servicepoints.join() === b.identity.servicepoints.join()
  return samePlace && sameThing && a.stream.coverage.meets(b.stream.coverage)
}

function withSeveralLengths(meter: MeterReport): MeterReport {
  const text = 'The same usage comes in intervals of several lengths: do not add them up.'
  return { ...meter, suspicious: [...meter.suspicious, { code: 'several_lengths', text }] }
}
