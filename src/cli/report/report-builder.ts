import type { EspiFeed } from '../../espi/model.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { OutputWatcher } from './output-watcher.ts'
import type { InputReport, Report } from './report.ts'

const NOTICE =
  'This report is customer data: it shows how much a household or business uses and when. Keep it as you would keep a bill.'

/** Collects what a run of `translate` does. */
export class ReportBuilder {
  private readonly calendar: LocalCalendar
  private readonly created: string
  private readonly inputs: InputReport[] = []
  private readonly outputs: OutputWatcher[] = []

  constructor(calendar: LocalCalendar, created: string) {
    this.calendar = calendar
    this.created = created
  }

  read(file: string, { bytes, entries, readings }: EspiFeed): void {
    const names = entries.flatMap(({ payloads }) => payloads.map(({ name }) => name))
    const payloads: Record<string, number> = {}
    for (const name of names.sort()) payloads[name] = (payloads[name] ?? 0) + 1
    this.inputs.push({ file, bytes, entries: entries.length, readings: readings.length, payloads })
  }

  unreadable(file: string, reason: string): void {
    this.inputs.push({ file, unreadable: reason })
  }

  /** A new output begins; the watcher sees its objects. */
  startGroup(name: string): OutputWatcher {
    const watcher = new OutputWatcher(name, this.calendar)
    this.outputs.push(watcher)
    return watcher
  }

  toReport(): Report {
    return {
      notice: NOTICE,
      created: this.created,
      timezone: this.calendar.zone,
      inputs: this.inputs,
      outputs: this.outputs.map((output) => output.toReport()),
    }
  }
}
