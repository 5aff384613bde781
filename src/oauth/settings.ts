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
  /** Largest JSON body, at least 10 MB (CDS-WG1-02 §6.9 #messages-create). */
  bodyBytes: number
  registrationsPerHour: number
  signInsPerHour: number
  /** Failed client authentications of one address. */
  failuresPerHour: number
}

/** Sensible values for everything that has one. */
export const defaultLimits = {
  accessTokenSeconds: 3600,
  codeSeconds: 60,
  consentSeconds: 1800,
  bodyBytes: 10 * 1024 * 1024,
  registrationsPerHour: 120,
  signInsPerHour: 20,
  failuresPerHour: 300,
} as const
