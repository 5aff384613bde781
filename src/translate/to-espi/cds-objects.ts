import type {
  AnyAccount,
  AnyBillSection,
  AnyBillStatement,
  AnyMeterDevice,
  AnyServiceContract,
  AnyServicePoint,
  AnyUsageSegment,
} from '../../cds/wire/any-object.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { Unsaid } from './unsaid.ts'

/** CDS objects, of this translation or of any CDS server; stamps may be there or not. */
export interface CdsObjects {
  accounts: readonly AnyAccount[]
  serviceContracts: readonly AnyServiceContract[]
  servicePoints: readonly AnyServicePoint[]
  meterDevices: readonly AnyMeterDevice[]
  billStatements: readonly AnyBillStatement[]
  billSections: readonly AnyBillSection[]
  usageSegments: readonly AnyUsageSegment[]
}

/** What the way back must know and the objects do not tell. */
export interface ToEspiContext {
  calendar: LocalCalendar
  /** Path of the ESPI resources, e.g. `/espi/1_1/resource`. */
  base: string
  unsaid: Unsaid
}

/** When an object was made and last changed, where it says so. */
export function datesOf(object: object): { published?: string; updated?: string } {
  const text = (name: string): string | undefined => {
    const value: unknown = Object.getOwnPropertyDescriptor(object, name)?.value
    return typeof value === 'string' ? value : undefined
  }
  const [published, updated] = [text('cds_created'), text('cds_modified')]
  return { ...(published !== undefined && { published }), ...(updated !== undefined && { updated }) }
}

/** Whether a service point is of this translation: it says which usage point or location it stands for. */
export function isOwnPoint(point: CdsObjects['servicePoints'][number]): boolean {
  return (point.espi_usage_point_id ?? point.espi_service_location_id) !== undefined
}

/** RFC 3339 datetime to epoch seconds. */
export function toEpoch(datetime: string): number {
  return Math.floor(Date.parse(datetime) / 1000)
}
