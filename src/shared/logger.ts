import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/** Paths that never reach a log line, whatever a caller puts there. */
const REDACTED = [
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  '*.access_token',
  '*.refresh_token',
  '*.client_secret',
  '*.password',
  '*.code',
]

/** The log: one JSON object a line. No token, name, address, number or reading goes in; these paths are a second net. */
export function newLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, redact: { paths: REDACTED, censor: '[redacted]' }, base: null }
  return destination ? pino(options, destination) : pino(options)
}

/** A log that says nothing, for tests and tools. */
export const silentLogger: Logger = pino({ level: 'silent' })
