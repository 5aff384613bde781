import type { Logger } from '../shared/logger.ts'
import type { SealKeys } from '../shared/seal.ts'
import type { SegmentLength } from '../shared/segment-length.ts'
import type { Secret } from './secret.ts'

/** What an installation decides, without its secrets: safe to print. */
export interface Config {
  /** Origin under which clients and customers reach the gateway, without a slash at the end. */
  readonly publicUrl: string
  readonly host: string
  readonly port: number
  /** Undefined when metrics are switched off. */
  readonly metricsPort: number | undefined
  readonly logLevel: Logger['level']
  readonly dataDir: string
  readonly database: 'embedded' | 'external'
  /** How many parts the tables of customer data get when they are made. */
  readonly databasePartitions: number
  readonly databasePrepare: boolean
  readonly queue: 'postgresql' | 'redis'
  /** How long a start waits for PostgreSQL and Redis. */
  readonly startWaitSeconds: number
  /** Ids of the enabled adapters. */
  readonly utilities: readonly string[]
  readonly sandbox: SandboxConfig
  readonly serverName: string
  readonly supportUrl: string
  readonly policyUrl: string
  readonly termsUrl: string
  readonly timezone: string
  readonly segmentLength: SegmentLength
  readonly workerConcurrency: number
  readonly maxBodyBytes: number
  readonly accessTokenSeconds: number
  readonly syncAt: { readonly hour: number; readonly minute: number }
  /** As express takes it: false, the number of proxies in front, or their addresses. */
  readonly trustProxy: false | number | readonly string[]
}

export interface SandboxConfig {
  /** Whether `start` runs the sandbox in its own process. */
  readonly enabled: boolean
  readonly port: number
  /** Where browsers and the gateway reach it. */
  readonly url: string
  readonly files: string | undefined
  readonly seed: string
}

export interface Secrets {
  readonly databaseUrl: Secret<string> | undefined
  readonly redisUrl: Secret<string> | undefined
  /** Undefined in embedded mode when not set: `keepSecrets` makes and keeps it. */
  readonly sealKeys: Secret<SealKeys> | undefined
  /** Key of the HMAC that makes object ids; undefined as above. */
  readonly idSecret: Secret<Uint8Array> | undefined
  /** Our client at each enabled utility, by utility id. */
  readonly utilityClients: ReadonlyMap<string, UtilityClient>
}

export interface UtilityClient {
  readonly clientId: string
  readonly clientSecret: Secret<string>
}

/** What the configuration needs to know of an adapter. */
export interface KnownUtility {
  readonly id: string
  readonly environment: 'sandbox' | 'production'
  readonly limits: { readonly daysPerRequest: number }
}
