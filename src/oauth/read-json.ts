import express, { type RequestHandler } from 'express'

/** What a client says of itself, or changes, is small; messages have a limit of their own. */
const SMALL_BODY = 256 * 1024

/** Reads a JSON body, whatever its `Content-Type` says: the examples of CDS-WG1-02 §12 send none. */
export function readJson(limit: number = SMALL_BODY): RequestHandler {
  return express.json({ limit, type: () => true })
}
