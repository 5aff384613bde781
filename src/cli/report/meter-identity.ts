import type { MeterReport } from './report.ts'

/** What tells one quantity of a service point from another. */
export type MeterIdentity = Pick<
  MeterReport,
  'servicepoints' | 'type' | 'direction' | 'measure' | 'units' | 'interval'
>
