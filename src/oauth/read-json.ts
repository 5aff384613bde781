import express, { type RequestHandler } from 'express'
import type { OauthSettings } from './settings.ts'

/** Reads a JSON body, whatever its `Content-Type` says: the examples of CDS-WG1-02 §12 send none. */
export function readJson({ bodyBytes }: Pick<OauthSettings, 'bodyBytes'>): RequestHandler {
  return express.json({ limit: bodyBytes, type: () => true })
}
