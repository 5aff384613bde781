import type { Dialect } from './dialect.ts'

/** An ESPI scope string taken apart: Function Blocks and the other parameters, names in lower case. */
export interface EspiScope {
  readonly functionBlocks: readonly number[]
  readonly parameters: ReadonlyMap<string, string>
}

/** Blocks that open the retail customer feed, and those that open usage summaries. */
const CUSTOMER_BLOCKS = [46, 51]
const BILL_BLOCKS = [15, 16]
const MAX_HISTORY_SECONDS = 63_072_000
/** Below this, HistoryLength is a number of months, as in OpenESPI's own samples. */
const LEAST_HISTORY_SECONDS = 10_000
const SECONDS_A_MONTH = 2_678_400

/** An ESPI scope string becomes its parts; undefined when it has no `FB=` list of numbers. */
export function parseScope(text: string): EspiScope | undefined {
  const parameters = new Map<string, string>()
  for (const part of text.split(';')) {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim())
    if (name !== '') parameters.set(name.toLowerCase(), value)
  }
  const list = parameters.get('fb')
  if (!list || !/^\d+(_\d+)*$/.test(list)) return undefined
  return { functionBlocks: list.split('_').map(Number), parameters }
}

/** Whether a custodian can grant anything of this scope, and only things it offers. */
export function isGrantable(scope: EspiScope | undefined, dialect: Dialect): scope is EspiScope {
  if (!scope) return false
  const { requestableBlocks, offeredBlocks } = dialect
  if (requestableBlocks) return scope.functionBlocks.some((block) => requestableBlocks.includes(block))
  return scope.functionBlocks.every((block) => offeredBlocks.includes(block))
}

/** Whether the retail customer feed is within the scope (Function Block 46, or 51 with its successors). */
export function includesCustomer({ functionBlocks }: EspiScope): boolean {
  return functionBlocks.some((block) => CUSTOMER_BLOCKS.includes(block))
}

/** Whether usage summaries are within the scope. */
export function includesBills({ functionBlocks }: EspiScope): boolean {
  return functionBlocks.some((block) => BILL_BLOCKS.includes(block))
}

/** How far back the scope reaches, in seconds. */
export function historySeconds({ parameters }: EspiScope): number {
  const asked = Number(parameters.get('historylength') ?? MAX_HISTORY_SECONDS)
  if (!Number.isSafeInteger(asked) || asked <= 0) return MAX_HISTORY_SECONDS
  return Math.min(asked < LEAST_HISTORY_SECONDS ? asked * SECONDS_A_MONTH : asked, MAX_HISTORY_SECONDS)
}

/** The tokens of `AdditionalScope`, where a custodian takes them. */
export function additionalScope({ parameters }: EspiScope): string[] {
  return (parameters.get('additionalscope') ?? '').split('_').filter((token) => token !== '')
}

/** What the customer left of a request. */
export interface Choice {
  readonly bills: boolean
  readonly customer: boolean
  readonly usagePointCount: number
}

/** The scope string that comes back with the token: the request less what was refused, in this custodian's words. */
export function finalScope(requested: string, choice: Choice, dialect: Dialect): string {
  const scope = parseScope(requested)
  if (!scope) return requested
  return dialect.requestableBlocks ? extendedScope(scope, choice) : narrowedScope(requested, scope, choice)
}

/** The string as it was, when nothing was taken away; else the same with fewer blocks. */
function narrowedScope(requested: string, scope: EspiScope, { bills, customer }: Choice): string {
  const isLeft = (block: number) =>
    (bills || !BILL_BLOCKS.includes(block)) && (customer || !(block === 46 || (block >= 51 && block <= 61)))
  const left = scope.functionBlocks.filter(isLeft)
  if (left.length === scope.functionBlocks.length) return requested
  return requested.replace(/FB=[\d_]+/i, `FB=${left.join('_')}`)
}

/** All blocks that describe the authorization, and parameters that only inform. */
function extendedScope(scope: EspiScope, { bills, customer, usagePointCount }: Choice): string {
  const customerBlocks = scope.functionBlocks.filter((block) => CUSTOMER_BLOCKS.includes(block))
  const blocks = [
    ...[1, 3, 4, 5, 8, 13, 14],
    ...(bills ? BILL_BLOCKS : []),
    ...[18, 19, 34, 35, 39],
    ...(customer ? customerBlocks : []),
  ]
  return [
    `FB=${blocks.join('_')}`,
    'IntervalDuration=900_3600',
    'BlockDuration=daily',
    `HistoryLength=${historySeconds(scope)}`,
    'SubscriptionFrequency=daily',
    `AccountCollection=${usagePointCount}`,
  ].join(';')
}
