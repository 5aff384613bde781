import type { Environment } from './stores.ts'

/** What the operator decides about the authorization server. */
export interface OauthSettings {
  /** Where the world finds us, no slash at the end: the issuer (RFC 8414 §2). */
  publicUrl: string
  name: string
  description: string
  website: string
  documentation: string
  support: string
  policyUrl: string
  termsUrl: string
  humanRegistrationUrl: string
  testAccountsUrl: string
  /** IANA zone, `cds_timezone`. */
  timezone: string
  /** For which environments a registration makes clients; `sandbox` is among them (CDS-WG1-02 §4.2). */
  environments: readonly Environment[]
  /** When the metadata first appeared, and when it last changed. */
  created: Date
  updated: Date
  accessTokenSeconds: number
  codeSeconds: number
  /** How long a customer may take between the link and the decision, at least ten minutes (CDS-WG3-01 §9.1.2). */
  consentSeconds: number
  /** Largest body of a message: 10 MB of attachments must fit in Base64 (CDS-WG1-02 §6.9 #messages-create). */
  bodyBytes: number
  registrationsPerHour: number
  signInsPerHour: number
  /** Passwords sent to a utility for one username. */
  passwordsPerHour: number
  /** Failed authentications of one client from one address. */
  failuresPerHour: number
  /** Requests with an unknown token from one address. */
  tokenFailuresPerHour: number
  /** Authorization requests of one client from one address, and how many of a client may be open at once. */
  authorizationRequestsPerHour: number
  openAuthorizationRequests: number
  /** Changes of one registration at the admin APIs. */
  changesPerHour: number
  /** Messages that one registration may write, and the bytes of their attachments as JSON. */
  messagesPerRegistration: number
  attachmentBytesPerRegistration: number
  /** Unexpired credentials of one client. */
  credentialsPerClient: number
  /** Open grants of one query client: each different request makes one. */
  grantsPerClient: number
}

/** Sensible values for everything that has one. */
export const defaultLimits = {
  accessTokenSeconds: 3600,
  codeSeconds: 60,
  consentSeconds: 1800,
  bodyBytes: 15 * 1024 * 1024,
  registrationsPerHour: 120,
  signInsPerHour: 20,
  passwordsPerHour: 10,
  failuresPerHour: 300,
  tokenFailuresPerHour: 3000,
  authorizationRequestsPerHour: 600,
  openAuthorizationRequests: 20_000,
  changesPerHour: 600,
  messagesPerRegistration: 1000,
  attachmentBytesPerRegistration: 140_000_000,
  credentialsPerClient: 100,
  grantsPerClient: 500,
} as const
