import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { DialectId } from './dialect.ts'

/** A Third Party that the simulated utility knows. */
export interface SandboxClient {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  readonly dialect: DialectId
  readonly name?: string
  /** Default: as the dialect does. */
  readonly rotatesRefreshTokens?: boolean
  /** How long an access token of a customer lives. Default: an hour. */
  readonly accessTokenSeconds?: number
  /** Whether the client may use the resource owner password grant, RFC 6749 §4.3. Default: yes. */
  readonly passwordGrant?: boolean
}

export interface SandboxOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Where browsers and Third Parties reach it, when that is not `host` and `port`: written into links and tokens. */
  readonly publicUrl?: string | undefined
  readonly seed: string
  readonly clock: Clock
  /** IANA time zone of the simulated utility. */
  readonly timezone: string
  /** Each ESPI file in it becomes a customer. */
  readonly files?: string | undefined
  /** Keeps authorizations and token hashes across restarts; without it they are forgotten. */
  readonly stateFile?: string | undefined
  readonly clients: readonly SandboxClient[]
  readonly log: Logger
}
