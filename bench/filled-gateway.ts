import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { utilities } from '../adapters/index.ts'
import { keepSecrets } from '../src/config/keep-secrets.ts'
import { readConfig } from '../src/config.ts'
import { issueTokens } from '../src/oauth/issue-tokens.ts'
import { newClient } from '../src/oauth/new-client.ts'
import { newGrant } from '../src/oauth/new-grant.ts'
import { usage } from '../src/oauth/scopes/usage.ts'
import type { AuthorizationDetail } from '../src/oauth/stores.ts'
import { urlsOf } from '../src/oauth/urls.ts'
import { systemClock, toDatetime } from '../src/shared/clock.ts'
import { newId, newSecret, type UtilityAuthorizationId } from '../src/shared/ids.ts'
import { newLogger, silentLogger } from '../src/shared/logger.ts'
import type { Database } from '../src/store/database.ts'
import { openBackends } from '../src/wire-up/backends.ts'
import { wireUp } from '../src/wire-up/gateway.ts'
import type { Stores } from '../src/wire-up/stores.ts'
import { CONTRACTS, START, solarCustomer } from './customer.ts'

export interface FilledGateway {
  url: string
  /** Opens the listings of one customer's grant. */
  token: string
  database: Database
  stop(): Promise<void>
}

const CONTRACT_IDS = CONTRACTS.map((contract) => `con-${contract}`)

/** What a consent client asks that wants everything the form offers beside usage. */
const DETAIL: AuthorizationDetail = {
  type: usage.id,
  include_accounts: true,
  include_account_numbers: true,
  include_service_contracts: true,
  include_contract_numbers: true,
  include_service_points: true,
  include_meter_devices: true,
  include_meter_numbers: true,
  segment_start: toDatetime(new Date(START * 1000)),
  segment_end: 'infinite',
}

/** Backends with an embedded PostgreSQL in a folder that goes when it is stopped, or when the process is ended early. */
async function openBench() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gbcds-bench-'))
  const removeFolder = (): void => rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 })
  process.once('exit', removeFolder)
  // Ended early, the database ends and the folder goes too: that happens on exit.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  const env = { DATA_DIR: dataDir, PORT: String(await freePort()), METRICS_PORT: '0' }
  const { config, secrets } = readConfig(utilities, { env })
  const kept = keepSecrets(config, secrets)
  const onDeath = (error: Error): never => {
    throw error
  }
  const { signal } = new AbortController()
  const backends = await openBackends({ config, secrets: kept, log: silentLogger, signal, onDeath })
  const close = async (): Promise<void> => {
    await backends.close()
    process.off('exit', removeFolder)
    removeFolder()
  }
  return { config, secrets: kept, backends, close }
}

/** A migrated database alone. */
export async function openBenchDatabase(): Promise<{ database: Database; stop(): Promise<void> }> {
  const { backends, close } = await openBench()
  return { database: backends.listings, stop: close }
}

/**
 * The web side as `gbcds serve` runs it, in a folder and on a port of its own, with one customer in its embedded database. Its log
 * is written as ever, to nowhere.
 */
export async function startFilledGateway(): Promise<FilledGateway> {
  const { config, secrets, backends, close } = await openBench()
  const log = newLogger('info', { write: () => {} })
  const gateway = wireUp({ config, secrets, backends, clock: systemClock, log })
  const token = await fill(gateway.stores, config)
  const server = await gateway.serve()
  return {
    url: config.publicUrl,
    token,
    database: backends.listings,
    stop: async () => {
      await server.stop()
      await gateway.close()
      await close()
    },
  }
}

/** Stores the customer's data as a sync does, and a grant to it; gives an access token. */
async function fill(
  stores: Stores,
  config: { publicUrl: string; accessTokenSeconds: number },
): Promise<string> {
  const created = systemClock.now()
  const utilityAuthorizationId = newId('utilityAuthorization')
  await storeUsage(stores, utilityAuthorizationId, created)
  const authenticated = await register(stores, config.publicUrl, created)
  const grant = newGrant({
    grantId: newId('grant'),
    clientId: authenticated.client.clientId,
    scope: usage.id,
    authorizationDetails: [DETAIL],
    utilityAuthorizationIds: [utilityAuthorizationId],
    selection: { serviceContractIds: CONTRACT_IDS, includeFuture: false },
    created,
  })
  const enabled = { enabledScope: usage.id, enabledAuthorizationDetails: [DETAIL] }
  const active = { ...grant, ...enabled, status: 'active', eta: null } as const
  const kept = await stores.grants.create(active, { requestKey: Buffer.alloc(32), mostOpen: 1 })
  const grants = kept ? [kept] : []
  const contents = { kind: 'customer_data', scope: usage.id, authorizationDetails: [DETAIL], grants } as const
  const deps = { tokens: stores.tokens, clock: systemClock, settings: config }
  return (await issueTokens(authenticated, contents, deps)).access_token
}

async function storeUsage({ sync }: Stores, id: UtilityAuthorizationId, at: Date): Promise<void> {
  const window = { purpose: 'usage', from: new Date(START * 1000), to: at } as const
  const run = { runId: 'bench', utilityAuthorizationId: id, utilityId: 'bench', renews: false } as const
  await sync.requestRun({ ...run, at, eta: at })
  await sync.planRun(run.runId, { historyFrom: window.from, windows: [window], at, eta: at })
  await sync.replaceWindow({
    window: { ...window, runId: run.runId, number: 0, status: 'waiting' },
    utilityAuthorizationId: id,
    utilityId: 'bench',
    timezone: 'UTC',
    translated: solarCustomer(),
    context: [],
    bytes: 1n,
    at,
  })
}

async function register({ clients }: Stores, publicUrl: string, created: Date) {
  const registrationId = newId('registration')
  const registrant = {
    registrationId,
    clientName: 'Bench',
    contacts: [],
    clientUri: null,
    logoUri: null,
    tosUri: null,
    policyUri: null,
  }
  const made = { registrant, status: 'production', created, urls: urlsOf(publicUrl) } as const
  const client = newClient(newId('client'), [usage], made)
  const credential = {
    credentialId: newId('credential'),
    clientId: client.clientId,
    clientSecret: newSecret(),
    expiresAt: null,
    created,
    modified: created,
  }
  const nothing = { messages: [], selfAccessLinks: [] }
  await clients.keepRegistration({
    registrationId,
    clients: [client],
    credentials: [credential],
    ...nothing,
  })
  return { client, credential }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
