import type { Entity } from '../../cds/wire/entity.ts'
import { findText } from '../../espi/elements.ts'
import type { Item } from '../../espi/link/kin.ts'
import type { Identify } from '../../shared/ids.ts'

/** SupplierKind to CDS-WG3-01 §10.1.5 #entity-types. mdma and msp measure for others; they supply nothing. */
const TYPES: ReadonlyMap<string, Entity['types']> = new Map<string, Entity['types']>([
  ['utility', ['distributor']],
  ['retailer', ['supplier', 'retailer']],
  ['lse', ['supplier']],
])

/**
 * The ServiceSupplier of an agreement as its Entity, CDS-WG3-01 §10.1.4 #entity-format; undefined when it has no name. Asked only where
 * the utility itself is not known: the agreement is with the utility, whoever supplies.
 */
export function toSupplierEntity({ element }: Pick<Item, 'element'>, identify: Identify): Entity | undefined {
  const name = findText(element, 'Organisation', 'organisationName') ?? findText(element, 'name')
  if (name === undefined) return undefined
  const id = identify('entity', name)
  return {
    id,
    types: TYPES.get(findText(element, 'kind') ?? '') ?? [],
    entity_number: id,
    entity_name: name,
    entity_abbreviation: null,
  }
}
