import type { Readable, Writable } from 'node:stream'

/** The three streams of a command; `process` has them. */
export interface CommandIo {
  stdin: Readable
  stdout: Writable
  stderr: Writable & { isTTY?: boolean }
}

/** Exit codes of the commands that read files: the worst of all files counts. */
export const DONE = 0
export const SOMETHING_REFUSED = 1
export const NOT_READABLE = 2
