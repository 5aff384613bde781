/** What a utility's token endpoint gave, in our words. */
export interface TokenSet {
  accessToken: string
  refreshToken: string | null
  /** Null: the utility names no end, or `expires_in` is 0, which ESPI custodians use for "no end". */
  expiresAt: Date | null
  /** Verbatim. What was asked for where the answer names none (RFC 6749 §5.1). */
  scope: string
  resourceUri: string | null
  authorizationUri: string | null
  customerResourceUri: string | null
}
