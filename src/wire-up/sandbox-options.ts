import path from 'node:path'
import type { Config, Secrets } from '../config.ts'
import { urlsOf } from '../oauth/urls.ts'
import { DIALECTS } from '../sandbox/dialect.ts'
import type { SandboxClient, SandboxOptions } from '../sandbox/options.ts'
import { systemClock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { UtilityProfile } from '../utility/profile.ts'

/** The sandbox as configured. It keeps its authorizations in the data folder, so that ours are still good after a restart. */
export function sandboxOptions(
  profiles: readonly UtilityProfile[],
  { config, secrets, log }: { config: Config; secrets: Pick<Secrets, 'utilityClients'>; log: Logger },
): SandboxOptions {
  return {
    host: config.host,
    port: config.sandbox.port,
    publicUrl: config.sandbox.url,
    seed: config.sandbox.seed,
    clock: systemClock,
    timezone: config.timezone,
    files: config.sandbox.files,
    stateFile: path.join(config.dataDir, 'sandbox.json'),
    clients: sandboxClients(profiles, config, secrets),
    log,
  }
}

/** What the sandbox must know of us: our client at each of its utilities, as the gateway will present it. */
function sandboxClients(
  profiles: readonly UtilityProfile[],
  config: Pick<Config, 'utilities' | 'publicUrl' | 'serverName'>,
  secrets: Pick<Secrets, 'utilityClients'>,
): SandboxClient[] {
  return profiles
    .filter((profile) => config.utilities.includes(profile.id))
    .flatMap((profile) => {
      const client = secrets.utilityClients.get(profile.id)
      const dialect = DIALECTS.find(({ oauthPath }) => profile.tokenUrl === `{sandbox}${oauthPath}/token`)
      if (!client || !dialect) return []
      return {
        clientId: client.clientId,
        clientSecret: client.clientSecret.reveal(),
        redirectUris: [urlsOf(config.publicUrl).utilityCallback],
        dialect: dialect.id,
        name: config.serverName,
      }
    })
}
