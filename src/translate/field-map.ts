import { billFields } from './fields/bills.ts'
import { customerFields } from './fields/customer.ts'
import { exchangeFields } from './fields/exchange.ts'
import { type Field, type FieldMap, kept, to } from './fields/row.ts'
import { sharedFields } from './fields/shared.ts'
import { usageFields } from './fields/usage.ts'

/**
 * What becomes of every element of the ESPI 4.0 usage and customer schemas, by the XSD type it stands in. `carry.ts` acts upon it, and
 * the page `docs/espi-to-cds.md` prints it.
 */
export const fieldMap: FieldMap = {
  ...sharedFields,
  ...usageFields,
  ...billFields,
  ...customerFields,
  ...exchangeFields,
}

/**
 * Schemas before 2019 have no accountId, agreementId and customerName, and meters of many feeds no serialNumber: there `name` says it. The
 * numbers of accounts and contracts are never carried among the details, which another include opens.
 */
export const namedFields: ReadonlyMap<string, Field & { unless: string }> = new Map([
  ['Customer', { ...kept('account_name', 'toAccount'), unless: 'customerName' }],
  ['CustomerAccount', { ...to('account_number', 'accountNumberOf'), unless: 'accountId' }],
  ['CustomerAgreement', { ...to('contract_number', 'contractNumberOf'), unless: 'agreementId' }],
  ['EndDevice', { ...kept('meter_number', 'serialNumberOf'), unless: 'serialNumber' }],
  ['Meter', { ...kept('meter_number', 'serialNumberOf'), unless: 'serialNumber' }],
])

/** The row of an element in an XSD type or a type that it extends, under the XSD's name; undefined where ESPI has no such element. */
export function fieldOf(type: string, element: string): { name: string; field: Field } | undefined {
  if (element === 'name') {
    const field = namedFields.get(type)
    if (field) return { name: element, field }
  }
  for (let at: string | undefined = type; at !== undefined; at = fieldMap[at]?.extends) {
    const fields = fieldMap[at]?.fields ?? {}
    for (const name of [element, lowerFirst(element), upperFirst(element)]) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (field) return { name, field }
    }
  }
  return undefined
}

/** Nearly every feed writes `ServiceDeliveryPoint` for `serviceDeliveryPoint`, and `PositionPoints`. */
function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1)
}

function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}
