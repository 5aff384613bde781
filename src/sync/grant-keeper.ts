import type {
  AuthorizationDetail,
  ClientStore,
  Grant,
  GrantChange,
  GrantStatus,
  GrantStore,
} from '../oauth/stores.ts'
import type { Clock } from '../shared/clock.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { GrantEnding, GrantKeeper, RunFailure, Wanted } from './deps.ts'
import type { SyncStore } from './stores.ts'

export interface GrantKeeperDeps {
  grants: Pick<GrantStore, 'listByUtilityAuthorizations' | 'update'>
  runs: Pick<SyncStore, 'latestDoneRun'>
  clients: Pick<ClientStore, 'find'>
  /** Whether the utility still honours an authorization, so that data may come through it. */
  isHonoured(id: UtilityAuthorizationId): Promise<boolean>
  /** Query clients keep an authorization in use before their first token request makes a grant. */
  listLinked(ids: readonly UtilityAuthorizationId[]): Promise<UtilityAuthorizationId[]>
  /** What of a grant's details the utilities behind it have really enabled, from their final scope strings. */
  enabledDetails(grant: Grant): Promise<readonly AuthorizationDetail[]>
  clock: Clock
}

/** The statuses that a sync may change; every other one was set by a person, or is final (CDS-WG1-02 §8.2 #grant-statuses). */
export const syncedStatuses: ReadonlySet<GrantStatus> = new Set([
  'pending',
  'active',
  'partial',
  'delayed',
  'errored',
  'stopped',
])

/** Joins grants and sync: what is still wanted of an authorization, and what became of it. */
export function grantKeeper(deps: GrantKeeperDeps): GrantKeeper {
  const inSync = async (...ids: UtilityAuthorizationId[]) =>
    deps.grants.listByUtilityAuthorizations(ids, [...syncedStatuses])

  return {
    wanted: async (id, now) => {
      const grants = await inSync(id)
      const wishes = grants.map((grant) => wantedBy(grant, now))
      const linked = await deps.listLinked([id])
      if (linked.length > 0) wishes.push({ usageFrom: 'all', ongoing: true })
      return wishes.reduce(combine, { usageFrom: undefined, ongoing: false })
    },
    listOngoing: async (ids, now) => {
      const ongoing = (await inSync(...ids)).filter((grant) => wantedBy(grant, now).ongoing)
      const linked = await deps.listLinked(ids)
      const wanted = new Set([...linked, ...ongoing.flatMap((grant) => grant.utilityAuthorizationIds)])
      return ids.filter((id) => wanted.has(id))
    },
    settle: async (id) => {
      for (const grant of await inSync(id)) {
        const change = await loaded(grant, id, deps)
        if (change) await deps.grants.update(grant.grantId, change, deps.clock.now())
      }
    },
    hasPending: async (id) => (await inSync(id)).some(({ status }) => status === 'pending'),
    afterFailure: async (id, outcome) => {
      const endings = (await inSync(id)).map((grant) => ending(grant, STATUS_AFTER[outcome], deps))
      return (await Promise.all(endings)).filter((each) => each !== undefined)
    },
    moveEta: async (id, eta) => {
      for (const grant of await inSync(id)) {
        if (grant.status === 'pending') await deps.grants.update(grant.grantId, { eta }, deps.clock.now())
      }
    },
  }
}

/** All data of all authorizations of the grant that are honoured is here: enabled is what the utilities granted, all of it or part (§8.2). */
async function loaded(
  grant: Grant,
  id: UtilityAuthorizationId,
  { runs, isHonoured, enabledDetails }: GrantKeeperDeps,
): Promise<GrantChange | undefined> {
  const otherIds = grant.utilityAuthorizationIds.filter((each) => each !== id)
  // One that the utility no longer honours brings nothing more: nobody waits for it.
  const awaited = async (other: UtilityAuthorizationId) =>
    (await runs.latestDoneRun(other)) === undefined && (await isHonoured(other))
  if ((await Promise.all(otherIds.map(awaited))).includes(true)) return undefined
  const enabled = await enabledDetails(grant)
  const whole = JSON.stringify(enabled) === JSON.stringify(grant.authorizationDetails)
  const status: GrantStatus = whole ? 'active' : 'partial'
  const change: GrantChange = {
    status,
    eta: null,
    enabledScope: enabledScope(grant.scope, enabled),
    enabledAuthorizationDetails: enabled,
  }
  const same =
    grant.status === status &&
    grant.enabledScope === change.enabledScope &&
    JSON.stringify(grant.enabledAuthorizationDetails) === JSON.stringify(enabled)
  return same ? undefined : change
}

/**
 * What a run that failed for good makes of a grant. Spec silent on a customer who withdraws at the utility: we stop the grant, so that data already given
 * stays readable and nothing new comes.
 */
const STATUS_AFTER: Record<RunFailure, GrantStatus> = {
  withdrawn: 'stopped',
  sign_in_needed: 'delayed',
  failed: 'delayed',
}

async function ending(
  grant: Grant,
  status: GrantStatus,
  { clients }: GrantKeeperDeps,
): Promise<GrantEnding | undefined> {
  if (grant.status === status) return undefined
  const client = await clients.find(grant.clientId)
  return client && { grant, registrationId: client.registrationId, change: { status, eta: null } }
}

function enabledScope(scope: string, enabled: readonly AuthorizationDetail[]): string {
  const types = new Set(enabled.map((detail) => detail.type))
  return scope
    .split(' ')
    .filter((id) => types.has(id))
    .join(' ')
}

/** What one grant still wants: readings from when, and news. */
function wantedBy(grant: Grant, now: Date): Wanted {
  const details = grant.authorizationDetails
  const usage = details.filter((detail) => detail.segment_start !== undefined)
  const starts = usage.map((detail) => momentOf(detail.segment_start))
  const ends = details.flatMap((detail) =>
    [detail.sync_until, detail.segment_end].filter((end) => end !== undefined),
  )
  return {
    usageFrom:
      usage.length === 0 ? undefined : starts.some((start) => start === undefined) ? 'all' : earliest(starts),
    // What is late or was never loaded is still wanted.
    ongoing:
      grant.status === 'pending' ||
      grant.status === 'delayed' ||
      ends.some((end) => (momentOf(end) ?? now) >= now),
  }
}

/** A duration field's moment; undefined when it is `infinite`. */
function momentOf(value: AuthorizationDetail[string] | undefined): Date | undefined {
  return typeof value === 'string' && value !== 'infinite' ? new Date(value) : undefined
}

function earliest(dates: readonly (Date | undefined)[]): Date {
  return new Date(Math.min(...dates.map((date) => date?.getTime() ?? 0)))
}

function combine(a: Wanted, b: Wanted): Wanted {
  const from =
    a.usageFrom === 'all' || b.usageFrom === 'all'
      ? 'all'
      : a.usageFrom && b.usageFrom
        ? earliest([a.usageFrom, b.usageFrom])
        : (a.usageFrom ?? b.usageFrom)
  return { usageFrom: from, ongoing: a.ongoing || b.ongoing }
}
