import type { SandboxClient } from '../../src/sandbox/options.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts'
import { systemClock } from '../../src/shared/clock.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { FaultPlan } from './fault-plan.ts'
import { startFaultyProxy } from './faulty-proxy.ts'
import { type Household, writeHouseholds } from './households.ts'

export interface HostileUtility {
  /** What `SANDBOX_URL` is set to. */
  url: string
  plan: FaultPlan
  /** The utility's own book: what it honours, whatever it answers. */
  book: Sandbox['authorizations']
  requestsOf(username: string): number
  close(): Promise<void>
}

export interface HostileUtilityOptions {
  households: readonly Household[]
  /** Where their files are written; the caller removes it. */
  folder: string
  /** The gateway that may ask. */
  publicUrl: string
  /** How long an access token lives. */
  tokenSeconds: number
}

/**
 * The simulated utility with the households as its customers, behind a proxy that answers wrongly as its plan says. Through
 * `sandbox-utilityapi` a refresh token works once, and its second use ends the authorization.
 */
export async function startHostileUtility(options: HostileUtilityOptions): Promise<HostileUtility> {
  writeHouseholds(options.folder, options.households)
  const plan = new FaultPlan()
  const proxy = await startFaultyProxy(plan)
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    publicUrl: proxy.url,
    seed: 'gbcds',
    clock: systemClock,
    timezone: 'America/New_York',
    files: options.folder,
    clients: [clientAt('openespi', options), clientAt('utilityapi', options)],
    log: silentLogger,
  })
  proxy.forwardTo(sandbox.port, sandbox.authorizations)
  return {
    url: proxy.url,
    plan,
    book: sandbox.authorizations,
    requestsOf: proxy.requestsOf,
    close: async () => {
      await proxy.close()
      await sandbox.close()
    },
  }
}

/** The client that the gateway is at its sandbox utilities where nobody says otherwise. */
function clientAt(
  dialect: SandboxClient['dialect'],
  { publicUrl, tokenSeconds }: HostileUtilityOptions,
): SandboxClient {
  return {
    clientId: 'gbcds',
    clientSecret: 'sandbox-secret',
    redirectUris: [`${publicUrl}/oauth/utility-callback`],
    dialect,
    accessTokenSeconds: tokenSeconds,
  }
}
