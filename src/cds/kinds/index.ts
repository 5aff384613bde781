import { accounts } from './accounts.ts'
import { billSections } from './bill-sections.ts'
import { billStatements } from './bill-statements.ts'
import type { Kind, KindName } from './kind.ts'
import { meterDevices } from './meter-devices.ts'
import { serviceContracts } from './service-contracts.ts'
import { servicePoints } from './service-points.ts'

/** The kinds of customer data objects that we serve, one row each, in the order of CDS-WG3-01 §10 #api. Usage segments are `series`, not rows. */
export const kinds: readonly Kind[] = [
  accounts,
  serviceContracts,
  servicePoints,
  meterDevices,
  billStatements,
  billSections,
]

/** The row of a kind. */
export function kindOf(name: KindName): Kind {
  const kind = kinds.find((each) => each.name === name)
  if (!kind) throw new Error(`no such kind of object: ${name}`)
  return kind
}
