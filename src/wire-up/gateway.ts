import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { utilities } from '../../adapters/index.ts'
import { sealedCursors } from '../cds/routes/paging.ts'
import type { KeptSecrets } from '../config/keep-secrets.ts'
import type { Config } from '../config.ts'
import { newApp } from '../http/app.ts'
import { SERVICE_PROGRAMS } from '../http/documentation/service-programs.ts'
import { newMetrics, serveMetrics } from '../http/metrics.ts'
import type { WalkThroughFacts } from '../http/walk-through.ts'
import { scopes } from '../oauth/scopes/index.ts'
import { selfAccessLinks } from '../oauth/self-access/links.ts'
import { defaultLimits, type OauthSettings } from '../oauth/settings.ts'
import type { Grant } from '../oauth/stores.ts'
import { urlsOf } from '../oauth/urls.ts'
import type { Clock } from '../shared/clock.ts'
import { deriveKey } from '../shared/derive-key.ts'
import { newId } from '../shared/ids.ts'
import { listen } from '../shared/listen.ts'
import type { Logger } from '../shared/logger.ts'
import { isUnavailable } from '../store/database-errors.ts'
import { purgeOauth } from '../store/purge-oauth.ts'
import { purgeSync } from '../store/purge-sync.ts'
import { roundDay } from '../sync/daily-round.ts'
import { grantKeeper } from '../sync/grant-keeper.ts'
import { openQueues, type SyncQueues } from '../sync/queues.ts'
import { type ReconcileDeps, reconcile } from '../sync/reconcile.ts'
import { repeatedly } from '../sync/repeatedly.ts'
import { RETRY_RULES, type RetryRules } from '../sync/retry.ts'
import { runJob } from '../sync/run-job.ts'
import { openNetwork } from '../upstream/network.ts'
import { openRegistry, type UtilityRegistry } from '../utility/registry.ts'
import type { Backends } from './backends.ts'
import { customerSignIn } from './customer-sign-in.ts'
import { enabledDetails } from './enabled-details.ts'
import { openStores } from './stores.ts'
import { syncDeps } from './sync-deps.ts'

export interface GatewayOptions {
  config: Config
  secrets: KeptSecrets
  backends: Backends
  clock: Clock
  log: Logger
  /** How failed steps are tried again, where not as usual. */
  retry?: Partial<RetryRules>
  /** How often somebody looks for what got stuck; see `RECONCILE_EVERY_MS`. */
  reconcileEveryMs?: number
}

/** Something that was started and can be stopped; it waits for what is under way. */
export interface Running {
  url?: string
  stop(): Promise<void>
}

/** How often somebody looks for what got stuck; with the minute that is left alone, everything goes on within two. */
const RECONCILE_EVERY_MS = 30_000

/** Everything of the gateway over its backends, joined once; nothing runs until `serve` or `work`. */
export function wireUp(options: GatewayOptions) {
  const { config, secrets, backends, clock, log } = options
  const sealKeys = secrets.sealKeys.reveal()
  const idSecret = secrets.idSecret.reveal()
  const stores = openStores(backends.database, { sealKeys, idSecret, clock, listings: backends.listings })
  const registry = openRegistry(utilities, config.utilities, { sandbox: config.sandbox.url })
  const network = openNetwork()
  const queues = openQueues(backends.queue, log)
  const getUtility = (id: string) => ({ profile: registry.get(id), client: clientAt(id, secrets) })
  const grants = grantKeeper({
    grants: stores.grants,
    runs: stores.sync,
    clients: stores.clients,
    listLinked: stores.use.listLinked,
    isHonoured: async (id) => (await stores.authorizations.find(id))?.status === 'active',
    enabledDetails: (grant) =>
      enabledDetails(grant, { authorizations: stores.authorizations, registry, clock }),
    clock,
  })
  const settings = toSettings(config, { created: backends.since, updated: clock.now() })
  const sync = syncDeps({
    registry,
    authorizations: stores.authorizations,
    upstream: { getUtility, clock, network },
    store: stores.sync,
    pace: stores.pace,
    retry: { ...RETRY_RULES, ...options.retry },
    grantUrl: urlsOf(config.publicUrl).grant,
    queue: queues,
    grants,
    idSecret,
    segmentLength: config.segmentLength,
    programDocumentation: `${settings.documentation}#${SERVICE_PROGRAMS}`,
    unused: stores.use,
    purgeEnded: async (now) => {
      await purgeOauth(backends.database, now)
      await purgeSync(backends.database, now)
    },
    clock,
    log,
  })
  const reconciling: ReconcileDeps = {
    ...sync,
    duties: stores.duties,
    processId: randomUUID(),
    utilityIds: config.utilities,
    roundDay: (id, now) => roundDay(now, registry.get(id).timezone, config.syncAt),
  }
  const signIn = customerSignIn({
    registry,
    getUtility,
    network,
    authorizations: stores.authorizations,
    reader: stores.reader,
    sync,
    redirectUri: urlsOf(config.publicUrl).utilityCallback,
    clock,
  })

  /** The HTTP side: stateless, as many processes as one likes. */
  async function serve(): Promise<Running> {
    const metrics = config.metricsPort === undefined ? undefined : newMetrics(config.utilities, queues.counts)
    const app = newApp({
      ...stores,
      settings,
      clock,
      log,
      newId,
      newGrantId: () => newId('grant'),
      customerSignIn: signIn,
      cursors: sealedCursors(sealKeys),
      links: selfAccessLinks(deriveKey(idSecret, 'self-access links')),
      findScope: (id) => scopes.get(id),
      publicUrl: config.publicUrl,
      listCoverages: () => registry.list().map(({ id }) => id),
      listUtilities: () => registry.list(),
      role: 'aggregator',
      onGrantEnded: async (grant: Grant) =>
        log.info({ grant: grant.grantId, status: grant.status }, 'grant ended'),
      pingDatabase: backends.pingDatabase,
      pingQueue: backends.pingQueue,
      isUnavailable,
      trustProxy: config.trustProxy,
      observe: metrics?.observe,
      documentation: { settings, listUtilities: () => registry.list() },
      startPage: {
        name: config.serverName,
        publicUrl: config.publicUrl,
        sandboxUrl: usesSandbox(registry) ? config.sandbox.url : undefined,
        facts: walkThroughFacts(registry, config),
      },
    })
    const server = await listen(createServer(app), config.port, config.host, '--port')
    const internal =
      metrics && (await listen(serveMetrics(metrics), config.metricsPort ?? 0, config.host, '--metrics-port'))
    return {
      url: config.publicUrl,
      stop: async () => {
        await Promise.all([server.stop(), internal?.stop()])
      },
    }
  }

  /** The worker side: takes jobs of all enabled utilities. */
  async function work(): Promise<Running> {
    const worker = await queues.work(config.utilities, {
      concurrency: config.workerConcurrency,
      requestsPerMinute: (id) => registry.get(id).limits.requestsPerMinute,
      run: (job, signal) => runJob(job, { ...sync, duties: stores.duties }, signal),
      log,
    })
    const reconciler = repeatedly(() => reconcile(reconciling), {
      pauseMs: options.reconcileEveryMs ?? RECONCILE_EVERY_MS,
      log,
      what: 'reconciling',
    })
    return {
      stop: async () => {
        await Promise.all([reconciler.stop(), worker.close()])
      },
    }
  }

  async function close(): Promise<void> {
    await queues.close()
    await network.close()
  }

  return {
    serve,
    work,
    close,
    facts: walkThroughFacts(registry, config),
    queues: queues satisfies SyncQueues,
    stores,
  }
}

function clientAt(id: string, secrets: KeptSecrets) {
  const client = secrets.utilityClients.get(id)
  if (!client) throw new Error(`no client for the utility ${id}`)
  return { clientId: client.clientId, clientSecret: client.clientSecret.reveal() }
}

/**
 * `created` and `updated` of the metadata (CDS-WG1-01 §3.2): it is there since the database is, and changes only with the
 * configuration or the program, so with a start.
 */
function toSettings(config: Config, dates: Pick<OauthSettings, 'created' | 'updated'>): OauthSettings {
  const { publicUrl } = config
  const documentation = `${publicUrl}/docs`
  return {
    publicUrl,
    name: config.serverName,
    description: 'A Connected Data Specifications server in front of Green Button Connect My Data utilities.',
    website: `${publicUrl}/`,
    documentation,
    support: config.supportUrl,
    policyUrl: config.policyUrl,
    termsUrl: config.termsUrl,
    humanRegistrationUrl: `${documentation}#register`,
    testAccountsUrl: `${documentation}#test-accounts`,
    timezone: config.timezone,
    environments: ['sandbox'],
    ...dates,
    ...defaultLimits,
    accessTokenSeconds: config.accessTokenSeconds,
    bodyBytes: config.maxBodyBytes,
  }
}

function usesSandbox(registry: UtilityRegistry): boolean {
  return registry.list().some(({ environment }) => environment === 'sandbox')
}

/** The names of the walk-through: the first sandbox utility that takes a password, its largest customer and its solar house. */
function walkThroughFacts(registry: UtilityRegistry, config: Config): WalkThroughFacts | undefined {
  const utility = registry.list().find(({ selfAccess }) => selfAccess.includes('password'))
  const business = utility?.testAccounts.find(({ username }) => username === 'business')
  const solar = utility?.testAccounts.find(({ username }) => username === 'solar')
  if (!utility || !business || !solar) return undefined
  return {
    publicUrl: config.publicUrl,
    utility: { id: utility.id, name: utility.name, username: business.username, password: business.password },
    browserUser: { username: solar.username, password: solar.password },
  }
}
