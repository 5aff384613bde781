import { closeSync, openSync, writeSync } from 'node:fs'
import { Writable } from 'node:stream'

/**
 * A new file that only its owner may read. It is written at once: to ask a thread for it and wait takes longer than the writing of a
 * small file. Between the pieces the event loop turns, so that Ctrl-C is heard.
 */
export function draftStream(file: string): Writable {
  const descriptor = openSync(file, 'w', 0o600)
  return new Writable({
    write(piece: Uint8Array, _encoding, done) {
      const error = attempt(() => writeAll(descriptor, piece))
      setImmediate(() => done(error))
    },
    destroy: (error, done) => done(attempt(() => closeSync(descriptor)) ?? error),
  })
}

function writeAll(descriptor: number, piece: Uint8Array): void {
  for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at)
}

/** What went wrong. */
function attempt(work: () => void): Error | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}
