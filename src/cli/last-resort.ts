import { writeSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { GatewayError } from '../shared/errors.ts'
import { UNEXPECTED_END } from './exit-codes.ts'

/** How the line begins: whoever watches a gateway looks for it. */
export const UNEXPECTED = 'gbcds: unexpected end'

const ROOT = path.join(import.meta.dirname, '../..')

/** From here on an error that nobody caught is told in one line, and ends the process with a code of its own. */
export function installLastResort(): void {
  process.on('uncaughtException', (error) => endUnexpectedly('uncaught exception', error))
  process.on('unhandledRejection', (reason) => endUnexpectedly('unhandled rejection', reason))
}

/** Writes the line and ends the process, whatever is under way. */
export function endUnexpectedly(kind: string, error: unknown): never {
  try {
    writeSync(process.stderr.fd, `${describeEnd(kind, error)}\n`)
  } catch {
    // Nobody reads stderr; the exit code says it too.
  }
  process.exit(UNEXPECTED_END)
}

/** What ended the process and where, in one line. Messages may hold data: only our own are written for the log. */
export function describeEnd(kind: string, error: unknown): string {
  if (!(error instanceof Error)) return `${UNEXPECTED} (${kind}): a ${typeof error} was thrown`
  const code = 'code' in error && /^\w{1,60}$/.test(String(error.code)) ? ` ${error.code}` : ''
  const name = /^\w{1,60}$/.test(error.name) ? error.name : 'Error'
  const words = error instanceof GatewayError ? `: ${error.message.replaceAll(/\s+/g, ' ')}` : ''
  return `${UNEXPECTED} (${kind}): ${name}${code} at ${placeOf(error)}${words}`
}

/** The first frame of our own code as `src/file.ts:line:column`; without one, the first frame there is. */
function placeOf(error: Error): string {
  const places = framesOf(error).flatMap((frame) => toPlace(frame) ?? [])
  return places.find((place) => !place.startsWith('node')) ?? places[0] ?? 'an unknown place'
}

/** The lines of the stack that follow its message, which may hold lines of its own. */
function framesOf({ message, stack = '' }: Error): string[] {
  const head = stack.indexOf(message)
  const frames = head < 0 ? stack : stack.slice(head + message.length)
  return frames.split('\n').filter((line) => /^ {4}at /.test(line))
}

function toPlace(frame: string): string | undefined {
  const [, file = '', position = ''] = /((?:file:|node:|\/)[^\s()]*?):(\d+:\d+)\)?$/.exec(frame) ?? []
  if (file.startsWith('node:')) return `${file}:${position}`
  const absolute = file.startsWith('file:') ? fileURLToPath(file) : file
  if (!absolute.startsWith(ROOT)) return undefined
  return `${path.relative(ROOT, absolute)}:${position}`
}
