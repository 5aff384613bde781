import type { EspiObject, EspiValue } from '../cds/wire/espi-object.ts'
import { contentOf, findText } from '../espi/elements.ts'
import type { Item } from '../espi/link/kin.ts'
import type { Element } from '../espi/model.ts'
import { type ResourceName, typeOfElement } from '../espi/resources.ts'
import { fieldOf, namedFields } from './field-map.ts'
import type { Field } from './fields/row.ts'
import { faultOf } from './read-text.ts'
import type { RefusalCode, Refusals } from './refusals.ts'

/** A draft of the reference implementation writes a URL where ESPI 4.0 has elements; `toStatement` carries it. */
const MAY_BE_TEXT: ResourceName = 'Statement'

/**
 * Sees to it that no element of a translated resource is lost: what `field-map.ts` says is carried becomes an `espi_…` member as
 * written, what it says is refused is refused by name, and so is what ESPI does not know.
 */
export class Carrier {
  private readonly refusals: Refusals
  /** Resources whose refusals are told: a customer with two accounts is refused once. */
  private readonly told = new Set<Element>()

  constructor(refusals: Refusals) {
    this.refusals = refusals
  }

  /** The carried part of a resource. */
  carry({ element, entry }: Pick<Item, 'element' | 'entry'>): EspiObject | undefined {
    const isTold = this.told.has(element)
    this.told.add(element)
    const refuse = (code: RefusalCode, field: string, value?: string): void => {
      if (!isTold) this.refusals.add(code, entry, field, value)
    }
    const type = typeOfElement(element.name)
    if (element.text.trim() !== '' && type !== MAY_BE_TEXT) refuse('unexpected_text', element.name)
    refuseAttributes(element, element.name, refuse)
    return carryParts(element, type, { path: element.name, all: false, refuse })
  }

  /** For a resource that is translated whole and has no member to be carried in: whatever is left is refused. */
  refuseRest(item: Pick<Item, 'element' | 'entry'>): void {
    const isTold = this.told.has(item.element)
    const rest = this.carry(item) ?? {}
    for (const name of Object.keys(rest)) {
      const isTranslated = fieldOf(typeOfElement(item.element.name), name)?.field.cds !== undefined
      if (!isTold && !isTranslated) {
        this.refusals.add('no_cds_field', item.entry, `${item.element.name}.${name}`)
      }
    }
  }
}

interface Walk {
  path: string
  /** Whether even what is translated elsewhere is carried here, because the whole it is a part of is carried. */
  all: boolean
  refuse(code: RefusalCode, field: string, value?: string): void
}

function carryParts(element: Element, type: string, walk: Walk): EspiObject | undefined {
  const parts: EspiObject = {}
  const firsts = new Map<string, Element>()
  for (const child of element.children) {
    if (saysNothing(child)) continue
    const row = child.vocabulary === 'foreign' ? undefined : fieldOf(type, child.name)
    const path = `${walk.path}.${row?.name ?? child.name.slice(0, MAX_NAME)}`
    if (!row) walk.refuse('unknown_element', path)
    else if (row.field.refused) walk.refuse(row.field.refused, path)
    else if (isSecondName(child, element, type)) walk.refuse('name_second', path)
    else {
      const all = walk.all || row.field.carried === true
      refuseUnused(child, row.field, {
        path,
        refuse: walk.refuse,
        first: all ? undefined : firsts.get(row.name),
      })
      refuseMisplaced(child, row.field, path, walk.refuse)
      refuseAttributes(child, path, walk.refuse)
      if (!firsts.has(row.name)) firsts.set(row.name, child)
      const value = row.field.type
        ? carryParts(child, row.field.type, { ...walk, path, all })
        : textIf(all, child)
      if (value !== undefined) addTo(parts, row.name, value)
    }
  }
  return Object.keys(parts).length > 0 ? parts : undefined
}

/** The functions that translate pass over a text of another form, and over a second element where the schema has one. */
function refuseUnused(
  element: Element,
  { reads, many }: Field,
  { path, refuse, first }: { path: string; refuse: Walk['refuse']; first: Element | undefined },
): void {
  const text = element.text.trim()
  const fault = reads && text !== '' ? faultOf(text, reads) : undefined
  if (fault) refuse(fault, path, text)
  if (first && !many && contentOf(first) !== contentOf(element)) refuse('element_second', path)
}

/** A text where ESPI has elements, and elements where it has a text. */
function refuseMisplaced(element: Element, { type }: Field, path: string, refuse: Walk['refuse']): void {
  if (type !== undefined && element.text.trim() !== '') refuse('unexpected_text', path)
  const misplaced = type === undefined ? element.children.filter((child) => !saysNothing(child)) : []
  for (const { name } of misplaced) refuse('unknown_element', `${path}.${name.slice(0, MAX_NAME)}`)
}

function refuseAttributes({ unknownAttributes = [] }: Element, path: string, refuse: Walk['refuse']): void {
  for (const name of unknownAttributes) refuse('unknown_attribute', `${path}.@${name}`)
}

/** A `name` beside another identifier that the schema has for the same. */
function isSecondName(child: Element, parent: Element, type: string): boolean {
  const named = child.name === 'name' ? namedFields.get(type) : undefined
  const identifier = named && findText(parent, named.unless)
  return identifier !== undefined && identifier !== child.text.trim()
}

const MAX_NAME = 64

function textIf(wanted: boolean, element: Element): string | undefined {
  return wanted ? element.text.trim() || undefined : undefined
}

/** The first is itself, several are an array. */
function addTo(parts: EspiObject, name: string, value: EspiValue): void {
  const known = parts[name]
  if (known === undefined) parts[name] = value
  else if (Array.isArray(known)) known.push(value)
  else parts[name] = [known, value]
}

function saysNothing({ text, children, unknownAttributes }: Element): boolean {
  return text.trim() === '' && unknownAttributes === undefined && children.every(saysNothing)
}
