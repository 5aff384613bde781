import { utilities } from '../../adapters/index.ts'
import { type Config, type ConfigSource, readConfig, type Secrets } from '../config.ts'

/** Reads the configuration as every command does, and prints what comes of it, secrets masked. Throws all faults. */
export function run(
  source: ConfigSource,
  write: (text: string) => void = (text) => process.stdout.write(text),
): void {
  const { config, secrets } = readConfig(utilities, source)
  const rows = [...settingRows(config), ...secretRows(config, secrets)]
  const width = Math.max(...rows.map(([name]) => name.length))
  write(rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join(''))
}

function settingRows(config: Config): [string, string][] {
  const { sandbox, syncAt, trustProxy } = config
  const twoDigits = (number: number): string => String(number).padStart(2, '0')
  return [
    ['PUBLIC_URL', config.publicUrl],
    ['HOST', config.host],
    ['PORT', String(config.port)],
    ['METRICS_PORT', String(config.metricsPort ?? 'off')],
    ['LOG_LEVEL', config.logLevel],
    ['DATA_DIR', config.dataDir],
    ['DATABASE_PARTITIONS', String(config.databasePartitions)],
    ['DATABASE_PREPARE', config.databasePrepare ? 'on' : 'off'],
    ['START_WAIT_SECONDS', String(config.startWaitSeconds)],
    ['UTILITIES', config.utilities.join(', ')],
    ['SANDBOX', sandbox.enabled ? 'on' : 'off'],
    ['SANDBOX_PORT', String(sandbox.port)],
    ['SANDBOX_URL', sandbox.url],
    ['SANDBOX_FILES', sandbox.files ?? 'none'],
    ['SANDBOX_SEED', sandbox.seed],
    ['SERVER_NAME', config.serverName],
    ['SUPPORT_URL', config.supportUrl],
    ['POLICY_URL', config.policyUrl],
    ['TERMS_URL', config.termsUrl],
    ['TIMEZONE', config.timezone],
    ['SEGMENT_LENGTH', config.segmentLength],
    ['WORKER_CONCURRENCY', String(config.workerConcurrency)],
    ['MAX_BODY_BYTES', String(config.maxBodyBytes)],
    ['ACCESS_TOKEN_SECONDS', String(config.accessTokenSeconds)],
    ['SYNC_AT', `${twoDigits(syncAt.hour)}:${twoDigits(syncAt.minute)}`],
    ['TRUST_PROXY', trustProxy === false ? 'off' : String(trustProxy)],
  ]
}

function secretRows(config: Config, secrets: Secrets): [string, string][] {
  const kept = `kept in ${config.dataDir}`
  const clients = [...secrets.utilityClients].map(([id, { clientId }]): [string, string] => [
    `client at ${id}`,
    `${clientId}, secret set`,
  ])
  return [
    ['DATABASE_URL', secrets.databaseUrl ? 'set' : `not set: embedded PostgreSQL, ${kept}`],
    ['REDIS_URL', secrets.redisUrl ? 'set' : 'not set: queues on PostgreSQL'],
    ['SEAL_KEYS', secrets.sealKeys ? 'set' : `not set: made on first start, ${kept}`],
    ['ID_SECRET', secrets.idSecret ? 'set' : `not set: made on first start, ${kept}`],
    ...clients,
  ]
}
