import type { Response } from 'express'
import type { Access } from './access.ts'
import { StaleAccessError } from './errors.ts'

/** An access that may have been kept from an earlier request, and how to load it anew. */
export interface GatedAccess {
  access: Access
  reload(): Promise<Access>
}

const KEY = 'gated access'

/** Keeps what `requireCachedAccess` found for the handler behind it. */
export function setGatedAccess(response: Response, gated: GatedAccess): void {
  response.locals[KEY] = gated
}

/**
 * Reads data with an access that holds in the statement which reads them: `read` hands `access.gate` to it. Where the gate no longer holds,
 * the access is loaded anew and `read` asked once more. Only for handlers behind `requireCachedAccess`.
 */
export async function withCurrentAccess<T>(
  response: Response,
  read: (access: Access) => Promise<T>,
): Promise<T> {
  const gated: GatedAccess | undefined = response.locals[KEY]
  if (!gated) throw new Error('a handler reads with the access of a route that does not require one')
  try {
    return await read(gated.access)
  } catch (error) {
    if (!(error instanceof StaleAccessError)) throw error
    return read(await gated.reload())
  }
}
