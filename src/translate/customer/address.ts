import { findElement, findText } from '../../espi/elements.ts'
import type { Element } from '../../espi/model.ts'

const STREET = ['number', 'prefix', 'name', 'type', 'suffix'] as const
const GENERAL = ['addressGeneral', 'addressGeneral2', 'addressGeneral3'] as const

/** An ESPI StreetAddress becomes lines as on an envelope; undefined when it holds nothing. */
export function toAddress(address: Element | undefined): string | undefined {
  const street = findElement(address, 'streetDetail')
  const town = findElement(address, 'townDetail')
  const poBox = findText(address, 'poBox')
  const suite = findText(street, 'suiteNumber')
  const lines = [
    findText(street, 'buildingName'),
    joined(street, STREET),
    suite && `Unit ${suite}`,
    ...GENERAL.map((name) => findText(street, name)),
    poBox && `PO Box ${poBox}`,
    findText(town, 'section'),
    joinTexts(
      findText(town, 'name'),
      findText(town, 'stateOrProvince'),
      // PG&E keeps the ZIP code in TownDetail.code.
      findText(address, 'postalCode') ?? findText(town, 'code'),
    ),
    findText(town, 'country'),
  ]
  // Many custodians write the street both in parts and as addressGeneral.
  const given = new Map(lines.flatMap((line) => (line ? [[line.toUpperCase(), line] as const] : [])))
  return given.size > 0 ? [...given.values()].join('\n') : undefined
}

function joined(element: Element | undefined, names: readonly string[]): string | undefined {
  return joinTexts(...names.map((name) => findText(element, name)))
}

function joinTexts(...texts: (string | undefined)[]): string | undefined {
  return texts.filter((text) => text !== undefined).join(' ') || undefined
}
