/**
 * An ESPI scope as a custodian grants it. `verbatim` is what is stored and sent back: several custodians want the identical
 * string on refresh, so that nothing here is ever written out again.
 */
export interface EspiScope {
  verbatim: string
  /** The function blocks, ascending, each once. Several scopes in one string count together. */
  blocks: number[]
  /** `HistoryLength`, where it is seconds. The longest, if there are several. */
  historyLengthSeconds?: number
  /** Epoch seconds; 0 is "until revoked", and outlasts every other. */
  preferredAuthEndDate?: number
  intervalDurations: string[]
  blockDurations: string[]
  subscriptionFrequency?: string
  accountCollection?: number
  /** `BR`, the `{BulkID}` of `Batch/Bulk/{BulkID}`. */
  bulkId?: string
  additionalScope: string[]
  /** Parameters of other names, as they came, and tokens that are no ESPI scope (`DataCustodian_Admin_Access`, `openid`). */
  other: string[]
}

/**
 * Below this a `HistoryLength` counts something else: 13, 24, 7 and 30 are seen, of which at least 13 and 24 are months. No
 * custodian keeps less than three hours, so that a small number cannot be seconds. Only 0 is 0 in every unit.
 */
const LEAST_SECONDS = 10_000

/** Epoch milliseconds are seen where seconds belong; as seconds they would lie past the year 5000. */
const LEAST_MILLISECONDS = 100_000_000_000

/** The text of a `scope` becomes what it says: every spelling seen at a custodian is understood, nothing fails. */
export function parseScopeString(verbatim: string): EspiScope {
  const scope = emptyScope(verbatim)
  for (const segment of segmentsOf(verbatim)) {
    const [name = '', ...rest] = segment.split('=')
    const read = readers.get(name.trim().toLowerCase())
    const value = rest.join('=').trim()
    if (read && rest.length > 0) read(scope, value)
    else scope.other.push(segment)
  }
  scope.blocks = [...new Set(scope.blocks)].sort((a, b) => a - b)
  return scope
}

/** What a request for authorization says. Only what is given is written. */
export interface ScopeStringParts {
  blocks: readonly number[]
  intervalDuration?: string | undefined
  blockDuration?: string | undefined
  historyLengthSeconds?: number | undefined
  subscriptionFrequency?: string | undefined
  preferredAuthEndDate?: number | undefined
  additionalScope?: readonly string[] | undefined
}

/** What is asked becomes a scope string: blocks ascending, then only the given parameters, no trailing `;`. */
export function writeScopeString(parts: ScopeStringParts): string {
  const blocks = [...new Set(parts.blocks)].sort((a, b) => a - b)
  const parameters: [string, string | number | undefined][] = [
    ['FB', blocks.join('_')],
    ['IntervalDuration', parts.intervalDuration],
    ['BlockDuration', parts.blockDuration],
    ['HistoryLength', parts.historyLengthSeconds],
    ['SubscriptionFrequency', parts.subscriptionFrequency],
    ['PreferredAuthEndDate', parts.preferredAuthEndDate],
    ['AdditionalScope', parts.additionalScope?.join('_') || undefined],
  ]
  return parameters
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(';')
}

function emptyScope(verbatim: string): EspiScope {
  return { verbatim, blocks: [], intervalDurations: [], blockDurations: [], additionalScope: [], other: [] }
}

/**
 * The parts of one or several scopes. `;` separates the parts of a scope, so does `&`, seen once; a comma or a blank
 * separates scopes, but a blank may also stand beside a `;` or a `=`. A pair of brackets is what a printed list leaves.
 */
function segmentsOf(text: string): string[] {
  return text
    .replace(/[[\]]/g, '')
    .replace(/\s*=\s*/g, '=')
    .split(/[;&,\s]+/)
    .filter((segment) => segment !== '')
}

type Reader = (scope: EspiScope, value: string) => void

/** Names are matched whatever their case: `historyLength` is seen. */
const readers: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    fb: (scope, value) => scope.blocks.push(...items(value).flatMap(wholeNumber)),
    historylength: (scope, value) => {
      for (const seconds of wholeNumber(value)) keepHistory(scope, seconds)
    },
    preferredauthenddate: (scope, value) => {
      for (const end of wholeNumber(value)) keepEnd(scope, end)
    },
    intervalduration: (scope, value) => scope.intervalDurations.push(...items(value)),
    blockduration: (scope, value) => scope.blockDurations.push(...items(value)),
    subscriptionfrequency: (scope, value) => {
      scope.subscriptionFrequency = value
    },
    accountcollection: (scope, value) => {
      for (const count of wholeNumber(value)) scope.accountCollection = count
    },
    br: (scope, value) => {
      scope.bulkId = value
    },
    additionalscope: (scope, value) => scope.additionalScope.push(...items(value)),
  }),
)

function keepHistory(scope: EspiScope, seconds: number): void {
  if (seconds !== 0 && seconds < LEAST_SECONDS) return
  scope.historyLengthSeconds = Math.max(scope.historyLengthSeconds ?? 0, seconds)
}

function keepEnd(scope: EspiScope, end: number): void {
  const seconds = end >= LEAST_MILLISECONDS ? Math.floor(end / 1000) : end
  const known = scope.preferredAuthEndDate
  scope.preferredAuthEndDate = known === 0 || seconds === 0 ? 0 : Math.max(known ?? 0, seconds)
}

function items(value: string): string[] {
  return value.split('_').filter((item) => item !== '')
}

function wholeNumber(text: string): number[] {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? [number] : []
}
