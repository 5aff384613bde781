import type { Fault } from './faults.ts'
import { Secret } from './secret.ts'
import type { KnownUtility, UtilityClient } from './types.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The sandbox is told the same, so that it works without anybody registering. Its data are made up: no secret. */
const SANDBOX_CLIENT = { clientId: 'gbcds', clientSecret: 'sandbox-secret' }

/** `coastal-power` becomes `UTILITY_COASTAL_POWER_CLIENT_ID` and `…_CLIENT_SECRET`. */
export function clientVariables(utilityId: string): { id: string; secret: string } {
  const prefix = `UTILITY_${utilityId.toUpperCase().replaceAll('-', '_')}_CLIENT`
  return { id: `${prefix}_ID`, secret: `${prefix}_SECRET` }
}

/** Reads our client at each enabled utility. */
export function readUtilityClients(
  env: Env,
  enabled: readonly KnownUtility[],
  faults: Fault[],
): ReadonlyMap<string, UtilityClient> {
  return new Map(enabled.map((utility) => [utility.id, readClient(env, utility, faults)]))
}

function readClient(env: Env, { id, environment }: KnownUtility, faults: Fault[]): UtilityClient {
  const names = clientVariables(id)
  const fallback = environment === 'sandbox' ? SANDBOX_CLIENT : undefined
  const clientId = env[names.id] || fallback?.clientId
  const clientSecret = env[names.secret] || fallback?.clientSecret
  const missing = { problem: `is missing, and UTILITIES enables ${id}`, write: `what ${id} gave you` }
  if (!clientId) faults.push({ variable: names.id, ...missing })
  if (!clientSecret) faults.push({ variable: names.secret, ...missing })
  return { clientId: clientId ?? '', clientSecret: new Secret(clientSecret ?? '') }
}

/** A client for a utility that no adapter describes is a misspelt name: its secret would be missing elsewhere. */
export function checkClientNames(env: Env, known: readonly KnownUtility[], faults: Fault[]): void {
  const expected = new Set(known.flatMap(({ id }) => Object.values(clientVariables(id))))
  for (const variable of Object.keys(env)) {
    if (!/^UTILITY_.*_CLIENT_(ID|SECRET)$/.test(variable) || expected.has(variable)) continue
    faults.push({
      variable,
      problem: 'belongs to no known utility',
      write: `UTILITY_<ID>_CLIENT_ID or …_SECRET with one of ${known.map(({ id }) => id).join(', ')}`,
    })
  }
}
