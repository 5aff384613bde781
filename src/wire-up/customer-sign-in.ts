import { kindOf } from '../cds/kinds/index.ts'
import type { KindName } from '../cds/kinds/kind.ts'
import { mergeTellings } from '../cds/merge-tellings.ts'
import type { CustomerDataReader, View } from '../cds/stores.ts'
import type { Account } from '../cds/wire/account.ts'
import type { MeterDevice } from '../cds/wire/meter-device.ts'
import type { ServiceContract } from '../cds/wire/service-contract.ts'
import type { ServicePoint } from '../cds/wire/service-point.ts'
import {
  type CustomerContract,
  type CustomerSignIn,
  type ScopeRequest,
  SignInRefusedError,
} from '../oauth/consent/customer-sign-in.ts'
import { toEspiScope } from '../scope-map/to-espi-scope.ts'
import type { Clock } from '../shared/clock.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Cursor } from '../shared/page.ts'
import type { SyncDeps } from '../sync/deps.ts'
import { eraseUnused } from '../sync/erase-unused.ts'
import { loadCustomerResources, startSync } from '../sync/start-sync.ts'
import type { Unstamped } from '../translate/translated.ts'
import { authorizeUrl } from '../upstream/authorize-url.ts'
import type { Utility } from '../upstream/client.ts'
import { SignInRefusedError as UtilitySaidNo } from '../upstream/errors.ts'
import type { UtilityNetwork } from '../upstream/network.ts'
import type { UtilityAuthorizationStore } from '../upstream/stores.ts'
import { exchangeCode, passwordGrant } from '../upstream/token.ts'
import type { TokenSet } from '../upstream/token-set.ts'
import type { UtilityRegistry } from '../utility/registry.ts'

export interface CustomerSignInDeps {
  registry: UtilityRegistry
  getUtility(id: string): Utility
  network: UtilityNetwork
  authorizations: Pick<UtilityAuthorizationStore, 'create'>
  reader: CustomerDataReader
  sync: SyncDeps
  /** Where the utility sends the browser back to. */
  redirectUri: string
  clock: Clock
  /** How long a customer waits for what the form lists. */
  patienceMs?: number | undefined
}

/** Longer than this nobody looks at an empty page; what was loaded until then stays, and the page can be loaded again. */
const PATIENCE_MS = 25_000

/** What the authorization server asks of a utility, answered by upstream, sync and the store. */
export function customerSignIn(deps: CustomerSignInDeps): CustomerSignIn {
  const keep = async (utilityId: string, tokens: TokenSet): Promise<UtilityAuthorizationId> => {
    const { environment } = deps.registry.get(utilityId)
    const kept = await deps.authorizations.create({ utilityId, environment, tokens }, deps.clock.now())
    return kept.id
  }
  const scopeFor = (utilityId: string, requests: readonly ScopeRequest[]) =>
    toEspiScope(requests, deps.registry.get(utilityId), deps.clock.now())

  return {
    listUtilities: (environment) =>
      deps.registry
        .list()
        .filter((utility) => utility.environment === environment)
        .map((utility) => ({
          id: utility.id,
          name: utility.name,
          takesPassword: utility.selfAccess.includes('password'),
          testHint: testHint(utility.testAccounts),
        })),
    start: async ({ utilityId, requests, state }) => {
      const scope = scopeFor(utilityId, requests)
      return authorizeUrl(deps.getUtility(utilityId), { scope, state, redirectUri: deps.redirectUri })
    },
    finish: ({ utilityId, code, requests }) =>
      refusedAs('declined', async () => {
        const grant = { code, redirectUri: deps.redirectUri, scope: scopeFor(utilityId, requests) }
        return keep(utilityId, await exchangeCode(deps.getUtility(utilityId), grant, deps))
      }),
    passwordSignIn: ({ utilityId, username, password, requests }) =>
      refusedAs('wrong_credentials', async () => {
        const grant = { username, password, scope: scopeFor(utilityId, requests) }
        return keep(utilityId, await passwordGrant(deps.getUtility(utilityId), grant, deps))
      }),
    loadCustomer: async (id) => {
      await loadCustomerResources(id, deps.sync, AbortSignal.timeout(deps.patienceMs ?? PATIENCE_MS))
      return { contracts: await listContracts(id, deps.reader) }
    },
    startSync: (id) => startSync(id, deps.sync),
    giveUp: (id) => eraseUnused(id, deps.sync),
  }
}

function testHint(accounts: readonly { username: string; password: string }[]): string | null {
  if (accounts.length === 0) return null
  return `Test users: ${accounts.map(({ username, password }) => `${username} (${password})`).join(', ')}`
}

/** The utility's "no" becomes the authorization server's. */
async function refusedAs<T>(reason: 'declined' | 'wrong_credentials', run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof UtilitySaidNo) throw new SignInRefusedError(reason, { cause: error })
    throw error
  }
}

/** What the customer who is signed in may see of their own: all of it. */
async function listContracts(
  id: UtilityAuthorizationId,
  reader: CustomerDataReader,
): Promise<CustomerContract[]> {
  const [accounts, contracts, points, meters] = await Promise.all([
    listOwn<Account>('accounts', id, reader),
    listOwn<ServiceContract>('service_contracts', id, reader),
    listOwn<ServicePoint>('service_points', id, reader),
    listOwn<MeterDevice>('meter_devices', id, reader),
  ])
  const nameOf = new Map(accounts.map((account) => [account.cds_account_id, account.account_name]))
  return contracts.map((contract) => {
    const own = points.filter((point) =>
      point.current_servicecontracts.includes(contract.cds_servicecontract_id),
    )
    const ids = new Set(own.map((point) => point.cds_servicepoint_id))
    return {
      ...toContract(contract, nameOf.get(contract.cds_account_id)),
      servicepointNumbers: own.flatMap((point) => point.servicepoint_number ?? []),
      premiseNumbers: own.flatMap((point) => (point.premises ?? []).map((premise) => premise.premise_number)),
      meterNumbers: meters
        .filter((meter) => meter.current_servicepoints.some((point) => ids.has(point)))
        .flatMap((meter) => meter.meter_number ?? []),
    }
  })
}

function toContract(contract: Unstamped<ServiceContract>, accountName: string | undefined): CustomerContract {
  return {
    contractId: contract.cds_servicecontract_id,
    contractNumber: contract.contract_number ?? null,
    accountNumber: contract.account_number ?? null,
    accountName,
    address: contract.contract_address,
    serviceTypes: contract.service_types,
    ratePlan: contract.rateplan_name ?? contract.rateplan_code,
  }
}

/** All objects of a kind that came through an authorization, whole. */
async function listOwn<T>(
  kind: KindName,
  id: UtilityAuthorizationId,
  reader: CustomerDataReader,
): Promise<Unstamped<T>[]> {
  const view: View = {
    utilityAuthorizationIds: [id],
    contracts: 'all',
    shows: new Set([kind]),
    only: {},
    includes: new Set(Object.values(kindOf(kind).opened).filter((include) => include !== undefined)),
    valueTypes: 'none',
    dates: {},
  }
  const found: Unstamped<T>[] = []
  for (let cursor: Cursor | undefined, more = true; more; more = cursor !== undefined) {
    const page = await reader.listObjects(kind, [view], { lists: {}, dates: {} }, { limit: 500, cursor })
    found.push(...page.items.map((told) => mergeTellings(kindOf(kind), told, [view]) as Unstamped<T>))
    cursor = page.next
  }
  return found
}
