import type { Selectable } from 'kysely'
import { type SealKeys, seal, unseal } from '../shared/seal.ts'
import type { HeldTokens } from '../upstream/stores.ts'
import type { TokenSet } from '../upstream/token-set.ts'
import type { UtilityAuthorizationRow } from './tables/utility-authorizations.ts'

/** A withdrawn authorization holds none. */
export const NO_TOKENS = {
  access_token_sealed: null,
  access_token_expires_at: null,
  refresh_token_sealed: null,
} as const

/** Tokens become the columns that hold them, sealed. */
export function tokenColumns(id: string, tokens: TokenSet, sealKeys: SealKeys) {
  return {
    scope: tokens.scope,
    access_token_sealed: seal(tokens.accessToken, purpose('access_token', id), sealKeys),
    access_token_expires_at: tokens.expiresAt,
    refresh_token_sealed:
      tokens.refreshToken === null ? null : seal(tokens.refreshToken, purpose('refresh_token', id), sealKeys),
  }
}

/** The tokens of a row, opened; undefined where it holds none. */
export function openTokens(
  row: Selectable<UtilityAuthorizationRow>,
  sealKeys: SealKeys,
): HeldTokens | undefined {
  if (!row.access_token_sealed) return undefined
  const open = (sealed: Buffer, what: string) => unseal(sealed, purpose(what, row.id), sealKeys).toString()
  return {
    accessToken: open(row.access_token_sealed, 'access_token'),
    accessTokenExpiresAt: row.access_token_expires_at,
    refreshToken: row.refresh_token_sealed && open(row.refresh_token_sealed, 'refresh_token'),
  }
}

/** The id is part of the purpose: a token moved to another row does not open there. */
export function purpose(what: string, id: string): string {
  return `utility_authorizations.${what}:${id}`
}
