import { type Selectable, sql } from 'kysely'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { SealKeys } from '../shared/seal.ts'
import type { RefreshLease, TokenState, UtilityAuthorizationStore } from '../upstream/stores.ts'
import type { TokenSet } from '../upstream/token-set.ts'
import type { Database } from './database.ts'
import { NO_TOKENS, openTokens, tokenColumns } from './sealed-tokens.ts'
import type { UtilityAuthorizationRow } from './tables/utility-authorizations.ts'

type LeaseStore = Pick<
  UtilityAuthorizationStore,
  'findTokens' | 'takeRefreshLease' | 'keepRefreshed' | 'releaseRefresh' | 'endRefused'
>
type Row = Selectable<UtilityAuthorizationRow> & { lease: TokenState['lease'] }

/** By the database's clock: those of several processes may differ by more than a lease. */
const LEASE = sql<TokenState['lease']>`case when refresh_lease_until is null then 'none'
  when refresh_lease_until > clock_timestamp() then 'held' else 'ended' end`

/**
 * One process at a time renews the tokens of an authorization: it leaves a mark before it asks the utility, and takes it away with
 * the answer. Each step is one statement; nothing is locked while the utility thinks.
 */
export function refreshLeases(database: Database, sealKeys: SealKeys): LeaseStore {
  const byId = (id: UtilityAuthorizationId) =>
    database.updateTable('utility_authorizations').where('id', '=', id)

  return {
    async findTokens(id) {
      const query = database.selectFrom('utility_authorizations').selectAll().select(LEASE.as('lease'))
      const row = await query.where('id', '=', id).executeTakeFirst()
      return row && toTokenState(row, sealKeys)
    },

    async takeRefreshLease(id, generation, leaseMs) {
      const taken = await leaseStatement(id, generation, leaseMs).execute(database)
      const [row] = taken.rows
      return row && toLease(row, sealKeys)
    },

    async keepRefreshed(id, generation, tokens, at) {
      const row = await byId(id)
        .where('tokens_generation', '<', generation)
        .where('status', '<>', 'withdrawn')
        .set({ ...renewedColumns(id, tokens, sealKeys), ...settledColumns(generation), modified_at: at })
        .returningAll()
        .executeTakeFirst()
      return row && openTokens(row, sealKeys)
    },

    async releaseRefresh(id, generation, uncertain) {
      const own = byId(id).where('refresh_generation', '=', generation)
      await own.set({ refresh_lease_until: null, refresh_uncertain: uncertain }).execute()
    },

    async endRefused(id, { refreshGeneration, tokensGeneration }, status, at) {
      const ended = await byId(id)
        .where('status', '=', 'active')
        .where('refresh_generation', '=', refreshGeneration)
        .where('tokens_generation', '=', tokensGeneration)
        .set({
          status,
          ...(status === 'withdrawn' ? NO_TOKENS : {}),
          refresh_lease_until: null,
          modified_at: at,
        })
        .executeTakeFirstOrThrow()
      return ended.numUpdatedRows === 1n
    },
  }
}

/** Waits for whoever changes the row, then looks at what is there; gives the row as it was left, and what it said before. */
function leaseStatement(id: UtilityAuthorizationId, generation: number, leaseMs: number) {
  return sql<Row & { interrupted: boolean }>`
    update utility_authorizations a set
      refresh_lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond',
      refresh_generation = a.refresh_generation + 1,
      refresh_uncertain = true
    from (
      select id, refresh_uncertain from utility_authorizations
      where id = ${id} and status = 'active' and refresh_token_sealed is not null
        and refresh_generation = ${generation}
        and (refresh_lease_until is null or refresh_lease_until <= clock_timestamp())
      for update
    ) before
    where a.id = before.id
    returning a.*, 'held' as lease, before.refresh_uncertain as interrupted`
}

/** RFC 6749 §6: a refresh may leave out the refresh token; then the old one stays. The URLs alike. */
function renewedColumns(id: UtilityAuthorizationId, tokens: TokenSet, sealKeys: SealKeys) {
  const { refresh_token_sealed, ...columns } = tokenColumns(id, tokens, sealKeys)
  return {
    ...columns,
    ...(refresh_token_sealed && { refresh_token_sealed }),
    ...(tokens.resourceUri !== null && { resource_uri: tokens.resourceUri }),
    ...(tokens.authorizationUri !== null && { authorization_uri: tokens.authorizationUri }),
    ...(tokens.customerResourceUri !== null && { customer_resource_uri: tokens.customerResourceUri }),
  }
}

/** A late answer settles its own refresh; a newer one that is under way keeps its lease and its mark. */
function settledColumns(generation: number) {
  const isLast = sql<boolean>`refresh_generation = ${generation}`
  return {
    status: 'active',
    tokens_generation: generation,
    refresh_lease_until: sql<Date | null>`case when ${isLast} then null else refresh_lease_until end`,
    refresh_uncertain: sql<boolean>`refresh_uncertain and not (${isLast})`,
  } as const
}

function toLease(row: Row & { interrupted: boolean }, sealKeys: SealKeys): RefreshLease | undefined {
  const { tokens, ...state } = toTokenState(row, sealKeys)
  return tokens && { ...state, tokens, interrupted: row.interrupted }
}

function toTokenState(row: Row, sealKeys: SealKeys): TokenState {
  return {
    utilityId: row.utility_id,
    status: row.status,
    scope: row.scope,
    tokens: openTokens(row, sealKeys),
    refreshGeneration: row.refresh_generation,
    tokensGeneration: row.tokens_generation,
    refreshUncertain: row.refresh_uncertain,
    lease: row.lease,
  }
}
