import { readFile } from 'node:fs/promises'
import type { UtilityProfile } from '../utility/profile.ts'
import type { Billing } from '../utility/quirks.ts'
import { isFileError, reasonOf } from './read-input.ts'

/** What a translation must know and no file says: from the adapter named, and from the options, which count more. */
export interface UtilityFacts {
  utility: UtilityProfile | undefined
  timezone: string | undefined
  currency: string | undefined
  billing: Billing | undefined
}

/** Options that name the facts of a utility. */
export interface FactOptions {
  /** Id of an adapter. */
  utility?: string
  /** File with the quirks of a utility's bills, for one without an adapter. */
  billing?: string
  /** IANA zone in which a day of usage begins. */
  timezone?: string
  /** ISO 4217 code of costs whose feed names none. */
  currency?: string
}

/** The facts for a call; a text is what is wrong with them, and how to mend it. */
export async function findFacts(options: FactOptions): Promise<UtilityFacts | string> {
  const utility = options.utility === undefined ? undefined : await findUtility(options.utility)
  if (typeof utility === 'string') return utility
  const billing = options.billing === undefined ? undefined : await readBilling(options.billing)
  if (typeof billing === 'string') return billing
  return {
    utility,
    timezone: options.timezone ?? utility?.timezone,
    currency: options.currency ?? utility?.currency,
    billing: billing ?? utility?.quirks.billing,
  }
}

/** Adapters and their checks are loaded for those who name one. */
async function findUtility(wanted: string): Promise<UtilityProfile | string> {
  const { utilities } = await import('../../adapters/index.ts')
  const known = utilities.map(({ id }) => id).join(', ')
  const advice = `choose one of ${known}, or give the facts with --timezone, --currency and --billing`
  return utilities.find(({ id }) => id === wanted) ?? `--utility ${wanted} is not in adapters/; ${advice}`
}

async function readBilling(file: string): Promise<Billing | string> {
  const { parseBilling } = await import('../utility/quirks.ts')
  try {
    const parsed = parseBilling(JSON.parse(await readFile(file, 'utf8')))
    return Array.isArray(parsed) ? `--billing ${file} is wrong:\n  ${parsed.join('\n  ')}` : parsed
  } catch (error) {
    if (isFileError(error)) return `--billing ${file}: ${reasonOf(error.code)}`
    if (error instanceof SyntaxError) return `--billing ${file} is no JSON${placeIn(error)}`
    throw error
  }
}

/** Where JSON.parse stopped, without the text that it quotes. */
function placeIn({ message }: SyntaxError): string {
  const [place = ''] = /\(line \d+ column \d+\)/.exec(message) ?? []
  return place === '' ? '' : ` ${place}`
}
