/** The body is larger than anything of its kind: it is not read on. */
export class TooLongError extends Error {
  readonly code = 'BODY_TOO_LONG'
}

/** A body becomes text, up to a limit. */
export async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > maxBytes) throw new TooLongError('the body is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
