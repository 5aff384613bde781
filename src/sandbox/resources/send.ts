import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { openPlain } from '../espi-files.ts'

const ATOM_TYPE = 'application/atom+xml'

/** Sends a feed while it is written; a client that hangs up stops the writing. */
export async function sendFeed(feed: Iterable<string>, response: Response): Promise<void> {
  response.type(ATOM_TYPE)
  await sendStream(Readable.from(inPieces(feed), { objectMode: false, highWaterMark: 64 * 1024 }), response)
}

/** Sends a file byte for byte; a stored `.gz` goes out as it is when the client takes gzip. */
export async function sendFile(file: string, request: Request, response: Response): Promise<void> {
  response.type(ATOM_TYPE)
  const isPacked = file.endsWith('.gz')
  if (isPacked) response.vary('Accept-Encoding')
  if (!isPacked || !request.acceptsEncodings('gzip')) return sendStream(openPlain(file), response)
  response.set('Content-Encoding', 'gzip')
  return sendStream(createReadStream(file), response)
}

/** Entries are small: a few kilobytes at a time cost less than one write each. */
function* inPieces(feed: Iterable<string>): Generator<Buffer> {
  let piece = ''
  for (const text of feed) {
    piece += text
    if (piece.length < 32 * 1024) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}

async function sendStream(stream: NodeJS.ReadableStream, response: Response): Promise<void> {
  try {
    await pipeline(stream, response)
  } catch (error) {
    // The client hung up, or a fault cut the feed: there is nobody left to tell.
    if (!response.destroyed) throw error
  }
}
