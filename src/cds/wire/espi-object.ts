import { z } from 'zod'

/**
 * What an ESPI resource says and CDS has no field for, under the names of the ESPI schema, every value a text as the utility wrote it;
 * an element that came several times is an array.
 */
export const espiObject = z.record(z.string(), z.json())
export type EspiObject = { [name: string]: EspiValue }
export type EspiValue = string | EspiObject | EspiValue[]
