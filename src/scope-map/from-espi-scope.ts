import { type EspiScope, parseScopeString } from '../espi/scope-string.ts'
import { toDatetime } from '../shared/clock.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { blockOfValueType, blocksFor, isGranted } from './blocks.ts'
import { type Bound, boundingFields, toBound } from './durations.ts'
import { addedNeeds, needOf, needsHistory } from './needs.ts'
import type { ScopeRequest } from './scope-request.ts'
import { textList } from './text-list.ts'

/** What the utility's customer left of the requests. */
export interface EnabledScopes {
  /** The requests that are enabled, their details narrowed to what was granted. */
  enabled: ScopeRequest[]
  narrowed: boolean
  /** What was narrowed, in words for the grant's status and the operator. */
  reasons: string[]
}

/** Our "now" and the utility's are not the same, and custodians round to days. */
const TOLERANCE_MS = 86_400_000

/**
 * The scope string that came with the token becomes what is enabled of the requests: not what was asked decides, but what
 * was granted. Spec silent: a string without function blocks says nothing about them, so that all is taken as asked.
 */
export function fromEspiScope(
  verbatim: string,
  requests: readonly ScopeRequest[],
  { profile, now }: { profile: UtilityProfile; now: Date },
): EnabledScopes {
  const granted = parseScopeString(verbatim)
  const asked = blocksFor(requests, profile)
  const outcomes = requests.map((request) => narrow(request, { granted, asked, profile, now }))
  const reasons = outcomes.flatMap((outcome) => outcome.reasons)
  return {
    enabled: outcomes.map(({ request }) => request).filter((request) => request !== undefined),
    narrowed: reasons.length > 0,
    reasons,
  }
}

interface Grant {
  granted: EspiScope
  asked: readonly number[]
  profile: UtilityProfile
  now: Date
}

interface Outcome {
  request: ScopeRequest | undefined
  reasons: string[]
}

function narrow(request: ScopeRequest, grant: Grant): Outcome {
  const { blocks } = grant.granted
  const need = needOf(request)
  if (need && blocks.length > 0 && !isGranted(need, blocks)) {
    return { request: undefined, reasons: [`${request.type}: the utility did not grant ${need} data`] }
  }
  const changes = [
    ...withoutAdded(request, grant),
    ...withoutValueTypes(request, grant),
    ...withinTime(request, grant),
  ]
  const details = Object.fromEntries(changes.map(({ field, value }) => [field, value]))
  return {
    request: { ...request, details: { ...request.details, ...details } },
    reasons: changes.map(({ field, reason }) => `${request.type}: ${field} ${reason}`),
  }
}

interface Change {
  field: string
  value: unknown
  reason: string
}

/** What a field would have added is left out when it was not granted: the field becomes false. */
function withoutAdded(request: ScopeRequest, { granted: { blocks } }: Grant): Change[] {
  if (blocks.length === 0) return []
  const refused = [...addedNeeds(request)].filter(([, need]) => !isGranted(need, blocks))
  return refused.map(([field]) => ({ field, value: false, reason: 'was not granted' }))
}

/**
 * CDS-WG3-01 §7.2.8.1 #auth-details-include-usage-segment-value-types: a value type goes when its block was asked for and not
 * granted. One that the utility never lets be asked for stays: the list says what may come, not what must.
 */
function withoutValueTypes({ details }: ScopeRequest, { granted: { blocks }, asked }: Grant): Change[] {
  const field = 'include_usage_segment_value_types'
  const wanted = textList(details[field])
  if (!wanted || blocks.length === 0) return []
  const left = wanted.filter((type) => {
    const block = blockOfValueType(type)
    return block === undefined || !asked.includes(block) || blocks.includes(block)
  })
  if (left.length === wanted.length) return []
  const gone = wanted.filter((type) => !left.includes(type))
  return [{ field, value: left, reason: `was granted without ${gone.join(', ')}` }]
}

/** `HistoryLength` is the earliest start, `PreferredAuthEndDate` the latest end. */
function withinTime(request: ScopeRequest, grant: Grant): Change[] {
  const { details } = request
  const start = needsHistory(request) ? grantedStart(grant) : undefined
  const end = grantedEnd(grant.granted)
  const { starts, ends } = boundingFields(request)
  const changes: Change[] = []
  for (const field of starts) {
    if (start && isBefore(toBound(details[field]), start)) {
      changes.push({ field, value: sameForm(details[field], start), reason: 'was granted later' })
    }
  }
  for (const field of ends) {
    if (end && isAfter(toBound(details[field]), end)) {
      changes.push({ field, value: sameForm(details[field], end), reason: 'was granted shorter' })
    }
  }
  return changes
}

/** Undefined where the grant reaches back as far as the utility keeps anything: that is all there is. */
function grantedStart({ granted, profile, now }: Grant): Date | undefined {
  const { historyLengthSeconds } = granted
  if (historyLengthSeconds === undefined) return undefined
  if (historyLengthSeconds * 1000 + TOLERANCE_MS >= profile.limits.daysOfHistory * 86_400_000)
    return undefined
  return new Date(now.getTime() - historyLengthSeconds * 1000)
}

function grantedEnd({ preferredAuthEndDate }: EspiScope): Date | undefined {
  return preferredAuthEndDate ? new Date(preferredAuthEndDate * 1000) : undefined
}

function isBefore(asked: Bound | undefined, start: Date): boolean {
  if (asked === undefined) return false
  return asked === 'infinite' || asked.getTime() + TOLERANCE_MS < start.getTime()
}

function isAfter(asked: Bound | undefined, end: Date): boolean {
  if (asked === undefined) return false
  return asked === 'infinite' || asked.getTime() - TOLERANCE_MS > end.getTime()
}

/** A field that holds a date stays a date (CDS-WG1-02 §2 "date"), one that holds a datetime a datetime. */
function sameForm(asked: unknown, moment: Date): string {
  const datetime = toDatetime(moment)
  return typeof asked === 'string' && /^\d{4}-\d\d-\d\d$/.test(asked) ? datetime.slice(0, 10) : datetime
}
