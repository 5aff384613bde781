import { homedir } from 'node:os'
import { defaultDataDir, type Machine } from './config/default-data-dir.ts'
import { ConfigError, type Fault } from './config/faults.ts'
import { WEAK_KEY } from './config/formats.ts'
import { Secret } from './config/secret.ts'
import { SETTINGS, type Setting, type SettingName, type Values } from './config/settings.ts'
import type { Config, KnownUtility, Secrets } from './config/types.ts'
import { checkClientNames, readUtilityClients } from './config/utility-clients.ts'
import { DAYS_OF_A_MONTH } from './shared/segment-length.ts'

export { ConfigError } from './config/faults.ts'
export { Secret } from './config/secret.ts'
export type { Config, KnownUtility, Secrets, UtilityClient } from './config/types.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Settings given on the command line; they go before the environment. */
export type Flags = Partial<Record<SettingName, string>>

export interface ConfigSource {
  env?: Env
  flags?: Flags
  machine?: Machine
}

/**
 * The environment becomes the configuration: names and types, then defaults, then contradictions. Throws one
 * ConfigError with every fault. Nothing else reads the environment.
 */
export function readConfig(
  known: readonly KnownUtility[],
  source: ConfigSource = {},
): { config: Config; secrets: Secrets } {
  const { env: bare = process.env, flags = {}, machine = thisMachine() } = source
  const env: Env = { ...bare, ...flags }
  const faults: Fault[] = []
  const values = readValues(env, faults)
  const config = withDefaults(values, { known, dataDir: defaultDataDir(env.XDG_DATA_HOME, machine) })
  const enabled = findUtilities(config.utilities, known, faults)
  const secrets: Secrets = {
    databaseUrl: masked(values.DATABASE_URL),
    redisUrl: masked(values.REDIS_URL),
    sealKeys: masked(values.SEAL_KEYS),
    idSecret: masked(values.ID_SECRET),
    utilityClients: readUtilityClients(env, enabled, faults),
  }
  checkClientNames(env, known, faults)
  faults.push(...contradictions(config, { env, enabled }))
  if (faults.length > 0) throw new ConfigError(faults)
  return { config: freezeDeep(config), secrets: Object.freeze(secrets) }
}

/** An empty variable counts as absent: compose files pass those on. */
function readValues(env: Env, faults: Fault[]): Values {
  const names = Object.keys(SETTINGS).filter((name): name is SettingName => name in SETTINGS)
  const read = names
    .filter((name) => env[name])
    .map((name) => [name, readValue(name, env[name] ?? '', faults)])
  return Object.fromEntries(read)
}

function readValue(name: SettingName, text: string, faults: Fault[]): unknown {
  const { format, write, secret }: Setting<unknown> = SETTINGS[name]
  const result = format.safeParse(text)
  if (result.success) return result.data
  const isWeak = result.error.issues.some(({ message }) => message === WEAK_KEY)
  const problem = isWeak ? WEAK_KEY : secret ? 'is set, but not well-formed' : `is ${JSON.stringify(text)}`
  faults.push({ variable: name, problem, write })
  return undefined
}

function withDefaults(
  values: Values,
  { known, dataDir }: { known: readonly KnownUtility[]; dataDir: string },
): Config {
  const port = values.PORT ?? 8080
  const sandboxPort = values.SANDBOX_PORT ?? 8081
  const publicUrl = values.PUBLIC_URL ?? `http://localhost:${port}`
  return {
    publicUrl,
    host: values.HOST ?? '127.0.0.1',
    port,
    metricsPort: 'METRICS_PORT' in values ? values.METRICS_PORT : 9464,
    logLevel: values.LOG_LEVEL ?? 'info',
    dataDir: values.DATA_DIR ?? dataDir,
    database: values.DATABASE_URL ? 'external' : 'embedded',
    databasePartitions: values.DATABASE_PARTITIONS ?? 1,
    databasePrepare: values.DATABASE_PREPARE ?? true,
    queue: values.REDIS_URL ? 'redis' : 'postgresql',
    startWaitSeconds: values.START_WAIT_SECONDS ?? 60,
    utilities:
      values.UTILITIES ?? known.filter(({ environment }) => environment === 'sandbox').map(({ id }) => id),
    sandbox: {
      enabled: values.SANDBOX ?? !values.DATABASE_URL,
      port: sandboxPort,
      url: values.SANDBOX_URL ?? `http://localhost:${sandboxPort}`,
      files: values.SANDBOX_FILES,
      seed: values.SANDBOX_SEED ?? 'gbcds',
    },
    serverName: values.SERVER_NAME ?? 'Green Button to CDS gateway',
    supportUrl: values.SUPPORT_URL ?? publicUrl,
    policyUrl: values.POLICY_URL ?? `${publicUrl}/docs#policy`,
    termsUrl: values.TERMS_URL ?? `${publicUrl}/docs#terms`,
    timezone: values.TIMEZONE ?? 'America/New_York',
    segmentLength: values.SEGMENT_LENGTH ?? 'day',
    workerConcurrency: values.WORKER_CONCURRENCY ?? 4,
    maxBodyBytes: values.MAX_BODY_BYTES ?? 15_728_640,
    accessTokenSeconds: values.ACCESS_TOKEN_SECONDS ?? 3600,
    syncAt: values.SYNC_AT ?? { hour: 4, minute: 30 },
    trustProxy: values.TRUST_PROXY ?? false,
  }
}

function findUtilities(
  ids: readonly string[],
  known: readonly KnownUtility[],
  faults: Fault[],
): KnownUtility[] {
  const choice = known.map(({ id }) => id).join(', ')
  for (const id of ids.filter((id) => !known.some((utility) => utility.id === id))) {
    faults.push({
      variable: 'UTILITIES',
      problem: `names "${id}", which no adapter describes`,
      write: `some of ${choice}`,
    })
  }
  return known.filter(({ id }) => ids.includes(id))
}

function contradictions(
  config: Config,
  { env, enabled }: { env: Env; enabled: readonly KnownUtility[] },
): Fault[] {
  const faults: Fault[] = []
  const missing = (['SEAL_KEYS', 'ID_SECRET'] as const).filter((name) => !env[name])
  for (const name of env.DATABASE_URL ? missing : []) {
    const problem = 'is missing, and with DATABASE_URL several processes must agree on it'
    faults.push({ variable: name, problem, write: SETTINGS[name].write })
  }
  if (
    !config.sandbox.enabled &&
    !env.SANDBOX_URL &&
    enabled.some(({ environment }) => environment === 'sandbox')
  ) {
    const problem = 'enables sandbox utilities, and neither SANDBOX=on nor SANDBOX_URL says where they run'
    faults.push({ variable: 'UTILITIES', problem, write: 'the ids of your utilities, or set SANDBOX=on' })
  }
  return [...faults, ...tooShortForMonths(config, enabled), ...sharedPorts(config)]
}

/** A month is fetched whole, so that no segment is replaced by a piece of itself. */
function tooShortForMonths({ segmentLength }: Config, enabled: readonly KnownUtility[]): Fault[] {
  const short = enabled.filter(({ limits }) => limits.daysPerRequest < DAYS_OF_A_MONTH)
  if (segmentLength !== 'month') return []
  return short.map(({ id, limits }) => ({
    variable: 'SEGMENT_LENGTH',
    problem: `is month, which takes requests of ${DAYS_OF_A_MONTH} days, and ${id} answers at most ${limits.daysPerRequest} (limits.daysPerRequest of its adapter)`,
    write: `day, or take ${id} out of UTILITIES`,
  }))
}

/** Two listeners of one process cannot share a port. */
function sharedPorts({ port, metricsPort, sandbox }: Config): Fault[] {
  const ports: [string, number | undefined][] = [
    ['PORT', port],
    ['METRICS_PORT', metricsPort],
    ['SANDBOX_PORT', sandbox.enabled ? sandbox.port : undefined],
  ]
  return ports.flatMap(([variable, number], index) => {
    const other = ports.slice(0, index).find(([, earlier]) => earlier !== undefined && earlier === number)
    return other ? [{ variable, problem: `is ${number}, as ${other[0]} is`, write: 'another port' }] : []
  })
}

function masked<T>(value: T | undefined): Secret<T> | undefined {
  return value === undefined ? undefined : new Secret(value)
}

function thisMachine(): Machine {
  return { platform: process.platform, home: homedir(), isRoot: process.getuid?.() === 0 }
}

function freezeDeep<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (member && typeof member === 'object') freezeDeep(member)
  return Object.freeze(value)
}
