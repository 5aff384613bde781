import type { Attributes } from './atom-entry.ts'
import { detached } from './detached.ts'

/** What XML and XML Schema define, under any prefix: it tells how a document is written, and nothing of what it says. */
const OF_XML = /^(?:xmlns|xmlns:.*|xml:.*|[^:]+:(?:nil|type|schemaLocation|noNamespaceSchemaLocation))$/

const LONGEST = 64

/** Attributes become the names of those that ESPI does not know: it has none at all. Undefined where there is none, as nearly always. */
export function unknownAttributes(attributes: Attributes): string[] | undefined {
  let unknown: string[] | undefined
  for (const name in attributes) {
    if (OF_XML.test(name)) continue
    unknown ??= []
    unknown.push(detached(name.slice(0, LONGEST)))
  }
  return unknown
}
