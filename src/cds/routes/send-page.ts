import type { Request, Response } from 'express'
import { RequestError } from '../../shared/request-error.ts'
import { isWorthGzip, type Part, toGzip, toPlain } from '../pages/page.ts'

/** Sends a page of JSON as the client takes it: gzip, or its text. */
export async function sendPage(request: Request, response: Response, parts: readonly Part[]): Promise<void> {
  response.vary('Accept-Encoding')
  const coding = chosenCoding(request, isWorthGzip(parts))
  const body = coding === 'gzip' ? toGzip(parts) : await toPlain(parts)
  if (coding === 'gzip') response.set('Content-Encoding', 'gzip')
  response.type('application/json; charset=utf-8').send(body)
}

/** RFC 9110 §12.5.3: what the client likes best; of a small page the text, if it takes that at all. */
function chosenCoding(request: Request, isWorthPacking: boolean): string {
  const coding = isWorthPacking
    ? request.acceptsEncodings('gzip', 'identity')
    : request.acceptsEncodings('identity') || request.acceptsEncodings('gzip')
  if (coding) return coding
  throw new RequestError(406, 'Accept-Encoding: there is gzip, and identity; the header refuses both')
}
