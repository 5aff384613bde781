/** Node.js codes of a connection that could not be made, or broke. */
const NETWORK_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT', // the socket of a server that has not started
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * SQLSTATEs, by their beginnings, that say nothing of the request: PostgreSQL ends, starts, is full, is a standby or gave up one of two
 * transactions (PostgreSQL, Appendix A).
 */
const PASSING_STATES = [
  '08', // connection exception
  '25006', // read-only transaction: a standby, or a failover under way
  '25P03', // idle-in-transaction session time-out
  '40001', // serialization failure
  '40P01', // deadlock
  '53', // insufficient resources
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now
  '57P05', // idle session time-out
  '58', // system error
]

/** What pg, pg-pool and kysely say without a code. */
const PASSING_WORDS =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout|Cannot use a pool after calling end|driver has already been destroyed)/

/** Whether a statement was prepared before a migration gave it other columns: prepared anew, it works. */
export function isOutdatedPlan(error: unknown): boolean {
  return error instanceof Error && 'routine' in error && error.routine === 'RevalidateCachedQuery'
}

/** Whether an error says that PostgreSQL cannot be used at the moment: the same request may succeed a little later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isOutdatedPlan(error)) return true
  const code = codeOf(error)
  if (code === undefined) return PASSING_WORDS.test(error.message)
  return NETWORK_CODES.has(code) || (isState(code) && PASSING_STATES.some((state) => code.startsWith(state)))
}

/** What is wrong when waiting cannot mend it, by SQLSTATE. */
const ADVICE: Readonly<Record<string, string>> = {
  '28P01': 'refuses the password: correct the user and password in DATABASE_URL',
  '28000': 'refuses the user: correct DATABASE_URL, or let the user in (pg_hba.conf)',
  '3D000': 'has no such database: make it (create database …), or correct DATABASE_URL',
  '42501':
    'gives the user too few rights: let it create tables and schemas (grant create on database … to …; grant all on schema public to …)',
}

/** What an operator has to change before PostgreSQL can be used; undefined where waiting may do. Holds no value of the server's. */
export function adviceFor(error: unknown): string | undefined {
  const code = error instanceof Error ? codeOf(error) : undefined
  return code === undefined ? undefined : ADVICE[code]
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function isState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code)
}
