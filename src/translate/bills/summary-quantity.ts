import type { UnitType } from '../../cds/wire/unit-types.ts'
import { Decimal } from '../../shared/decimal.ts'
import type { SummaryMeasurement } from '../summary-values.ts'
import type { UsageSummary } from './usage-summary.ts'

/** ESPI uom to CDS-WG3-01 §10.8.7.1 #usage-segment-unit-types: only powers of ten lie between, no digit changes. */
export const summaryUnits: ReadonlyMap<number, { units: UnitType; scale: number }> = new Map([
  [72, { units: 'kWh', scale: -3 }],
  [38, { units: 'kW', scale: -3 }],
  [63, { units: 'kvar', scale: -3 }],
  [73, { units: 'kvarh', scale: -3 }],
  [42, { units: 'm3', scale: 0 }],
  [166, { units: 'm3', scale: 0 }],
  [167, { units: 'Sm3', scale: 0 }],
  [119, { units: 'ft3', scale: 0 }],
  [120, { units: 'scf', scale: 0 }],
  [128, { units: 'gal', scale: 0 }],
  [134, { units: 'L', scale: 0 }],
  [156, { units: 'L', scale: 0 }],
  [157, { units: 'L', scale: 0 }],
  [169, { units: 'therm', scale: 0 }],
  [132, { units: 'Btu', scale: 0 }],
  [23, { units: 'C', scale: 0 }],
  [111, { units: 'count', scale: 0 }],
])

const MAX_POWER = 15

/** A measurement in the unit on the wire. */
export interface Quantity {
  value: Decimal
  units: UnitType
}

/** A SummaryMeasurement's quantity; undefined without a value or in a unit that CDS does not have. */
export function toQuantity(
  { value, powerOfTen, uom }: SummaryMeasurement,
  commodity: UsageSummary['commodity'],
): Quantity | undefined {
  const target = uom === undefined ? undefined : summaryUnits.get(uom)
  if (value === undefined || !target || Math.abs(powerOfTen) > MAX_POWER) return undefined
  // Compensated cubic metres of water are cubic metres: Sm3 is gas at standard conditions.
  const units = target.units === 'Sm3' && commodity === 'water' ? 'm3' : target.units
  return { value: new Decimal(value, powerOfTen + target.scale), units }
}
