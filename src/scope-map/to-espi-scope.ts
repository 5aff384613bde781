import { writeScopeString } from '../espi/scope-string.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { blocksFor } from './blocks.ts'
import { earliestStart, latestEnd } from './durations.ts'
import { needsHistory } from './needs.ts'
import type { ScopeRequest } from './scope-request.ts'
import { textList } from './text-list.ts'

const DAY_SECONDS = 86_400

/**
 * Requested CDS scopes become the one ESPI scope string that covers them all: the union of their blocks, the longest history,
 * the furthest end, written as this utility wants it.
 */
export function toEspiScope(requests: readonly ScopeRequest[], profile: UtilityProfile, now: Date): string {
  const { literal, parameters, constants } = profile.scope
  if (literal !== undefined) return literal
  const takes = (parameter: (typeof parameters)[number]) => parameters.includes(parameter)
  return writeScopeString({
    blocks: blocksFor(requests, profile),
    intervalDuration: constants.IntervalDuration,
    blockDuration: constants.BlockDuration,
    subscriptionFrequency: constants.SubscriptionFrequency,
    historyLengthSeconds: takes('HistoryLength') ? historyLength(requests, profile, now) : undefined,
    preferredAuthEndDate: takes('PreferredAuthEndDate') ? authorizationEnd(requests, now) : undefined,
    additionalScope: takes('AdditionalScope') ? additionalScope(requests) : undefined,
  })
}

/**
 * Seconds from the earliest start to now, at most what the utility keeps. `infinite` is all of it. Spec silent: so is a
 * request for usage or bills that names no start. Nothing, when only the customer's own resources are wanted.
 */
function historyLength(
  requests: readonly ScopeRequest[],
  profile: UtilityProfile,
  now: Date,
): number | undefined {
  const dated = requests.filter(needsHistory)
  if (dated.length === 0) return undefined
  const most = profile.limits.daysOfHistory * DAY_SECONDS
  const seconds = dated.map((request) => {
    const start = earliestStart(request) ?? 'infinite'
    return start === 'infinite' ? most : Math.ceil((now.getTime() - start.getTime()) / 1000)
  })
  return Math.min(Math.max(...seconds, 0), most)
}

/**
 * Epoch seconds of the latest end, 0 for `infinite`. Spec silent: an end that is past, or now, becomes a day from now, since
 * even data of the past must be fetched once.
 */
function authorizationEnd(requests: readonly ScopeRequest[], now: Date): number | undefined {
  const end = latestEnd(requests)
  if (end === undefined) return undefined
  if (end === 'infinite') return 0
  const seconds = Math.ceil(end.getTime() / 1000)
  return Math.max(seconds, Math.ceil(now.getTime() / 1000) + DAY_SECONDS)
}

/** The tokens of UtilityAPI's `AdditionalScope`: which meters are preselected, and whether the customer may change it. */
function additionalScope(requests: readonly ScopeRequest[]): string[] {
  const meters = preselectedMeters(requests)
  // CDS-WG3-01 §7.4.5 #auth-details-allow-scope-modifications: one form for all, so that the strictest request rules.
  const fixed = requests.some(({ details }) => details.allow_scope_modifications === false)
  return [...(meters === undefined ? [] : [meters]), ...(fixed ? ['noedit'] : [])]
}

/** CDS-WG3-01 §7.1.3 #auth-details-contract-numbers: all contracts, or the one that every request names. */
function preselectedMeters(requests: readonly ScopeRequest[]): string | undefined {
  const lists = requests
    .map(({ details }) => textList(details.contract_numbers))
    .filter((list) => list !== undefined)
  if (lists.length === 0) return undefined
  if (lists.every((list) => list.includes('_all'))) return 'meters-all'
  const numbers = new Set(lists.flat())
  const [number] = numbers
  // A number with another sign in it would be read as the end of the token.
  return numbers.size === 1 && number && /^[A-Za-z0-9-]+$/.test(number) ? `meters-${number}` : undefined
}
