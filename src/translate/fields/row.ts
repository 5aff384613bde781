import type { ReadAs } from '../read-text.ts'
import type { RefusalCode } from '../refusals.ts'

/** What becomes of one ESPI element. Exactly one of `cds`, `carried` and `refused` is given, or `cds` and `carried` both. */
export interface Field {
  /** The CDS field or fields its meaning goes to. */
  cds?: string
  /** The function that translates it. */
  by?: string
  /** As written, in the `espi_…` member of the resource it belongs to. */
  carried?: true
  refused?: RefusalCode
  /** XSD type of an element with parts: they have rows of their own. */
  type?: string
  /** What the text must be for the function in `by`, which passes over anything else: then it is refused by name. */
  reads?: ReadAs
  /** Whether the function in `by` takes all of several; of any other, the first. */
  many?: true
}

/** One XSD type: the type it extends, and its own elements. */
export interface FieldsOfType {
  extends?: string
  fields: Readonly<Record<string, Field>>
}

export type FieldMap = Readonly<Record<string, FieldsOfType>>

/** Translated: the CDS field says all of it. */
export function to(cds: string, by: string, type?: string): Field {
  return { cds, by, ...(type !== undefined && { type }) }
}

/** Translated, and carried as written because the CDS field says less. */
export function kept(cds: string, by: string, type?: string): Field {
  return { ...to(cds, by, type), carried: true }
}

/** Carried as written. */
export function carried(type?: string): Field {
  return { carried: true, ...(type !== undefined && { type }) }
}

/** Refused by name. */
export function refused(code: RefusalCode, type?: string): Field {
  return { refused: code, ...(type !== undefined && { type }) }
}

/** Translated where its text is of that form, else refused by name. */
export function read(as: ReadAs, field: Field): Field {
  return { ...field, reads: as }
}

/** May come several times, and all of them are translated. */
export function many(field: Field): Field {
  return { ...field, many: true }
}
