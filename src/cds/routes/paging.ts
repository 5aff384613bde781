import { z } from 'zod'
import type { Cursor, Page, PageRequest } from '../../shared/page.ts'
import { RequestError } from '../../shared/request-error.ts'
import { type SealKeys, seal, unseal } from '../../shared/seal.ts'

const PARAMETER = 'page'
const PURPOSE = 'page cursor'

const cursor = z.tuple([z.enum(['next', 'previous']), z.array(z.string()).max(8)])

/** How a place in a listing is written into a URL. */
export interface CursorCodec {
  encode(cursor: Cursor): string
  /** Undefined: not one of ours. */
  decode(text: string): Cursor | undefined
}

/** Cursors are sealed: the keys a listing is ordered by are account and contract numbers, and those must not be in a URL. */
export function sealedCursors(keys: SealKeys): CursorCodec {
  return {
    encode: ({ direction, keys: sortKeys }) =>
      seal(JSON.stringify([direction, sortKeys]), PURPOSE, keys).toString('base64url'),
    decode: (text) => {
      try {
        const json = unseal(Buffer.from(text, 'base64url'), PURPOSE, keys).toString()
        const [direction, sortKeys] = cursor.parse(JSON.parse(json))
        return { direction, keys: sortKeys }
      } catch {
        return undefined
      }
    },
  }
}

/** The `page` parameter of our own `next` and `previous` links becomes a cursor. Whoever makes one up gets a 400. */
export function pageRequest(
  parameters: Readonly<Record<string, unknown>>,
  limit: number,
  codec: CursorCodec,
): PageRequest {
  const value = parameters[PARAMETER]
  if (value === undefined) return { limit }
  const found = typeof value === 'string' ? codec.decode(value) : undefined
  if (!found) throw new RequestError(400, `${PARAMETER}: use the next or previous link of a listing as it is`)
  return { limit, cursor: found }
}

/** The links to the neighbouring pages of a listing: the same filters, another cursor; null where there is no neighbour. */
export function pageUrls(
  url: string,
  parameters: Readonly<Record<string, unknown>>,
  page: Pick<Page<unknown>, 'next' | 'previous'>,
  codec: CursorCodec,
): { next: string | null; previous: string | null } {
  const link = (to: Cursor | undefined) => {
    if (!to) return null
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(parameters)) {
      if (name !== PARAMETER) for (const each of [value].flat()) query.append(name, String(each))
    }
    query.set(PARAMETER, codec.encode(to))
    return `${url}?${query}`
  }
  return { next: link(page.next), previous: link(page.previous) }
}
