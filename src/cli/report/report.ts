/** What a run of `translate` did, as `--report report.json` writes it. Times are UTC, sums are exact texts. */
export interface Report {
  notice: string
  created: string
  /** IANA zone in which days begin. */
  timezone: string
  inputs: InputReport[]
  /** One per output: all files together on stdout, or one per file. */
  outputs: OutputReport[]
}

export interface InputReport {
  file: string
  /** Why it could not be read; the other members are then missing. */
  unreadable?: string
  bytes?: number
  entries?: number
  readings?: number
  /** How many payloads of each ESPI element. */
  payloads?: Record<string, number>
}

export interface OutputReport {
  name: string
  objects: Record<string, number>
  /** `espi_…` members, which carry what CDS has no field for: in how many objects or value formats each stands. */
  carried: Record<string, number>
  refused: RefusedReport[]
  /** What somebody should look at, though nothing is lost. */
  noticed: RefusedReport[]
  meters: MeterReport[]
  bills: BillReport[]
}

export interface RefusedReport {
  code: string
  field: string
  detail: string
  count: number
  entries: { entry: string; value?: string | undefined; count: number }[]
  /** Entries beyond those listed. */
  left_off: number
}

/** One quantity that is measured at one service point. */
export interface MeterReport {
  servicepoints: string[]
  meter_numbers: string[]
  /** Where the feed has them, without the host. */
  usage_points: string[]
  type: string
  direction?: string
  /** What it tells of the power's quality, by the name of its ESPI element. */
  measure?: string
  units: string
  /** Seconds, or `day` (23 to 25 hours), `period` (longer) or `register`. */
  interval: number | 'day' | 'period' | 'register'
  values: number
  first: string
  last: string
  /** Only of what may be added up. */
  total?: string
  least?: string
  greatest?: string
  /** Local days (or periods, by their first day) with the sum of their values, or their greatest where nothing may be added. */
  days: { date: string; value: string; values: number }[]
  suspicious: Suspicion[]
}

/** What a bill says was used, beside what the readings of its days say. */
export interface BillReport {
  servicepoints: string[]
  /** Local dates, both included. */
  start_date: string
  end_date: string
  /** The element of the UsageSummary. */
  name: string
  type: string
  billed: string
  units: string
  metered: {
    direction?: string
    interval: MeterReport['interval']
    total: string
    days_with_values: number
  }[]
  days: number
  /** Whether one of `metered` is within one percent; null where no readings cover all days. */
  agrees: boolean | null
  /** The only readings are of billing periods, which are not compared. */
  periods_only?: boolean
}

/** Something a person should look at; nothing was changed because of it. */
export interface Suspicion {
  code:
    | 'gap'
    | 'overlap'
    | 'clock_change'
    | 'negative_value'
    | 'all_zero'
    | 'scale_doubtful'
    | 'several_lengths'
  text: string
  from?: string
  to?: string
}
