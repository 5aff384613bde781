import type { ImpliedCodes } from './implied-codes.ts'
import type { ReadingType } from './reading-type.ts'

/**
 * The codes of a ReadingType that no CDS field says, as `espi_…` members of its value format (CDS-WG3-01 §10.8.2: clients pass over
 * fields they do not know). 0 means "not applicable" or "none", like an absent code: it is told only where the CDS fields alone
 * would imply another.
 */
export function carriedCodes(
  type: ReadingType,
  implied: ImpliedCodes,
): Readonly<Record<string, number | string>> {
  const codes: Record<string, number | string> = {}
  const carry = (member: string, code: number | undefined, expected = 0): void => {
    if ((code ?? 0) !== expected) codes[member] = code ?? 0
  }
  carry('espi_uom', type.uom, implied.uom)
  carry('espi_commodity', type.commodity, implied.commodity)
  carry('espi_kind', type.kind, implied.kind)
  carry('espi_flow_direction', type.flowDirection, implied.flowDirection)
  carry('espi_accumulation_behaviour', type.accumulationBehaviour, implied.accumulationBehaviour)
  carry('espi_data_qualifier', type.dataQualifier, implied.dataQualifier)
  carry('espi_phase', type.phase)
  carry('espi_measuring_period', type.measuringPeriod)
  carry('espi_time_attribute', type.timeAttribute)
  if (type.interharmonic !== undefined) codes.espi_interharmonic = type.interharmonic
  if (type.argument !== undefined) codes.espi_argument = type.argument
  return codes
}
