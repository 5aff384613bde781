import type {
  AuthorizationDetail,
  ClientStore,
  Grant,
  GrantChange,
  GrantStatus,
  GrantStore,
} from '../oauth/stores.ts'
import { type Bound, earliestStart, latestEnd } from '../scope-map/durations.ts'
import { allNeeds, needsHistory } from '../scope-map/needs.ts'
import type { Clock } from '../shared/clock.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { GrantEnding, GrantKeeper, RunFailure, Wanted } from './deps.ts'
import { LATE_BILL_DAYS } from './plan-run.ts'
import type { SyncStore } from './stores.ts'

const DAY_MS = 86_400_000

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
      if (linked.length > 0) wishes.push({ usageFrom: 'all', bills: true, ongoing: true })
      return wishes.reduce(combine, NOTHING)
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

const NOTHING: Wanted = { usageFrom: undefined, bills: false, ongoing: false }

/** What one grant still wants: readings and bills from when, and news. */
function wantedBy(grant: Grant, now: Date): Wanted {
  const requests = grant.authorizationDetails.map(({ type, ...details }) => ({ type, details }))
  const starts = requests.filter(needsHistory).map((request) => earliestStart(request) ?? 'infinite')
  const bills = allNeeds(requests).has('bills')
  return {
    usageFrom: starts.reduce<Wanted['usageFrom']>(earlier, undefined),
    bills,
    ongoing: isOngoing(grant, latestEnd(requests), { now, bills }),
  }
}

/** What is late or was never loaded is still wanted; and of the days before the end, bills that come after it. */
function isOngoing(
  { status }: Grant,
  end: Bound | undefined,
  { now, bills }: { now: Date; bills: boolean },
): boolean {
  if (status === 'pending' || status === 'delayed' || end === 'infinite') return true
  const lateMs = bills ? LATE_BILL_DAYS * DAY_MS : 0
  return end !== undefined && end.getTime() + lateMs >= now.getTime()
}

function earlier(a: Wanted['usageFrom'], b: Bound | 'all' | undefined): Wanted['usageFrom'] {
  if (a === 'all' || b === 'all' || b === 'infinite') return 'all'
  if (!a || !b) return a ?? b
  return a < b ? a : b
}

function combine(a: Wanted, b: Wanted): Wanted {
  return {
    usageFrom: earlier(a.usageFrom, b.usageFrom),
    bills: a.bills || b.bills,
    ongoing: a.ongoing || b.ongoing,
  }
}
