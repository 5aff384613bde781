import { z } from 'zod'
import { Decimal } from '../../shared/decimal.ts'

/** CDS-WG1-02 §2 "datetime": RFC 3339 §5.6 date-time. Ours always end in `Z`. */
export const datetime = z.iso.datetime({ offset: true })

/** CDS-WG1-02 §2 "date": RFC 3339 §5.6 full-date. */
export const date = z.iso.date()

export const url = z.url()

/** CDS-WG1-02 §2 "decimal": a JSON number of any length, kept exact (never a float). */
export const decimal = z.custom<Decimal>((value) => value instanceof Decimal, 'expected an exact decimal')

/** CDS-WG1-02 §2 "integer": small and positive, such as an index; exact text read back counts too. */
export const integer = z.custom<number | Decimal>(
  (value) => value instanceof Decimal || (Number.isSafeInteger(value) && Number(value) >= 0),
  'expected an integer',
)

/** The stamps of every customer-data object (CDS-WG3-01 §10.1.1 and its siblings). The store sets them. */
export const stamps = {
  cds_created: datetime,
  cds_modified: datetime,
  cds_synced: datetime,
}

export type Stamp = keyof typeof stamps

/** A listing's envelope: the objects under their name, and the neighbouring pages. */
export function listing<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  return z.strictObject({
    [name]: z.array(item),
    next: url.nullable(),
    previous: url.nullable(),
  } as { [N in Name]: z.ZodArray<Item> } & {
    next: z.ZodNullable<typeof url>
    previous: z.ZodNullable<typeof url>
  })
}
