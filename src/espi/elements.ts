import { parseInteger } from './integers.ts'
import type { Element } from './model.ts'

/** All children of that name, whatever their vocabulary but a foreign one. */
export function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name && child.vocabulary !== 'foreign')
}

/** The element at the end of a path of child names. */
export function findElement(element: Element | undefined, ...path: string[]): Element | undefined {
  let found = element
  for (const name of path) found = found?.children.find((child) => sameName(child, name))
  return found
}

/** The trimmed text at the end of a path; undefined when it is absent or blank. */
export function findText(element: Element | undefined, ...path: string[]): string | undefined {
  return findElement(element, ...path)?.text.trim() || undefined
}

/** All that an element says, as a text that is the same whatever order its children come in. */
export function contentOf(element: Element): string {
  return JSON.stringify([element.name, element.text.trim(), element.children.map(contentOf).sort()])
}

/** The integer at the end of a path; undefined when it is absent or no integer a double holds exactly. */
export function findInteger(element: Element | undefined, ...path: string[]): number | undefined {
  const text = findText(element, ...path)
  const value = text === undefined ? undefined : parseInteger(text)
  return typeof value === 'number' ? value : undefined
}

/** ESPI 4.0 writes `serviceDeliveryPoint`, nearly every feed `ServiceDeliveryPoint`; likewise `PositionPoints`. */
function sameName(element: Element, name: string): boolean {
  if (element.vocabulary === 'foreign') return false
  return element.name === name || element.name === name[0]?.toUpperCase() + name.slice(1)
}
