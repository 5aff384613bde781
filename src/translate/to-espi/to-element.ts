import type { EspiObject, EspiValue } from '../../cds/wire/espi-object.ts'
import type { Element, Vocabulary } from '../../espi/model.ts'
import { type ResourceName, resources, typeOfElement } from '../../espi/resources.ts'
import { Decimal } from '../../shared/decimal.ts'
import { fieldMap, fieldOf } from '../field-map.ts'

/** The parts of a resource become its element, children in the order of the XSD, which is that of the field map. */
export function toElement(name: ResourceName, parts: EspiObject): Element {
  return elementOf(name, typeOfElement(name), resources[name].vocabulary, parts)
}

/** Parts without those that are undefined or say nothing; undefined when none is left. */
export function givenParts(parts: Record<string, EspiValue | undefined>): EspiObject | undefined {
  const given = Object.entries(parts).flatMap(([name, value]) =>
    isGiven(value) ? [[name, value] as const] : [],
  )
  return given.length > 0 ? Object.fromEntries(given) : undefined
}

/** A carried object as it may have been read back: texts, objects and lists; anything else counts as a text. */
export function espiParts(carried: unknown): EspiObject {
  if (typeof carried !== 'object' || carried === null) return {}
  return Object.fromEntries(
    Object.entries(carried).flatMap(([name, value]) => {
      const part = espiValue(value)
      return part === undefined ? [] : [[name, part] as const]
    }),
  )
}

function espiValue(value: unknown): EspiValue | undefined {
  if (value === null || value === undefined) return undefined
  if (Array.isArray(value)) return value.flatMap((one) => espiValue(one) ?? [])
  if (typeof value === 'object' && !(value instanceof Decimal)) return espiParts(value)
  return String(value)
}

function isGiven(value: EspiValue | undefined): value is EspiValue {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

function elementOf(name: string, type: string, vocabulary: Vocabulary, parts: EspiObject): Element {
  const order = orderOf(type)
  const known = order.filter((child) => Object.hasOwn(parts, child))
  const children = known.flatMap((child) => {
    const childType = fieldOf(type, child)?.field.type
    return [parts[child] ?? []].flat().flatMap((value): Element[] => {
      if (Array.isArray(value)) return []
      if (typeof value === 'string') return [leaf(child, vocabulary, value)]
      return [elementOf(child, childType ?? '', vocabulary, value)]
    })
  })
  return { name, vocabulary, text: '', children }
}

function leaf(name: string, vocabulary: Vocabulary, text: string): Element {
  return { name, vocabulary, text, children: [] }
}

/** The elements of a type as they follow each other: those of the type it extends come first. */
function orderOf(type: string): string[] {
  const known = fieldMap[type]
  if (!known) return []
  const own = Object.keys(known.fields)
  const inherited = known.extends === undefined ? [] : orderOf(known.extends)
  return [...inherited.filter((name) => !own.includes(name)), ...own]
}
