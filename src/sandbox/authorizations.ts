import type { Clock } from '../shared/clock.ts'
import { newSecret } from '../shared/ids.ts'
import { hashSecret } from '../shared/seal.ts'
import type { DialectId } from './dialect.ts'

/** What one customer allowed one Third Party: an ESPI Authorization. Times in epoch seconds. */
export interface Authorization {
  readonly id: string
  readonly subscriptionId: string
  readonly retailCustomerId: string
  readonly dialect: DialectId
  readonly clientId: string
  readonly username: string
  readonly scope: string
  readonly usagePointIds: readonly string[]
  readonly createdAt: number
  /** 0: until it is revoked. */
  readonly endsAt: number
  readonly status: 'active' | 'revoked'
}

/** Whom a token stands for: a customer's authorization, or the client itself. */
export type TokenHolder = { readonly authorizationId: string } | { readonly clientId: string }

export interface IssuedToken {
  readonly holder: TokenHolder
  readonly kind: 'access' | 'refresh'
  /** 0: never. */
  readonly expiresAt: number
  /** A rotated refresh token is remembered, so that its reuse is noticed. */
  readonly used: boolean
}

/** All that has to outlive a restart; tokens by the hash of their text. */
export interface AuthorizationState {
  readonly authorizations: readonly Authorization[]
  readonly tokens: readonly (readonly [hash: string, token: IssuedToken])[]
  readonly lastId: number
}

export const NOTHING_AUTHORIZED: AuthorizationState = { authorizations: [], tokens: [], lastId: 1000 }

interface BookDeps {
  readonly clock: Clock
  readonly keep: (state: AuthorizationState) => void
}

/** The utility's authorizations and tokens. `keep` is told after every change. */
export class AuthorizationBook {
  private readonly authorizations: Map<string, Authorization>
  private readonly tokens: Map<string, IssuedToken>
  private lastId: number
  private readonly deps: BookDeps

  constructor(state: AuthorizationState, deps: BookDeps) {
    this.authorizations = new Map(
      state.authorizations.map((authorization) => [authorization.id, authorization]),
    )
    this.tokens = new Map(state.tokens)
    this.lastId = state.lastId
    this.deps = deps
  }

  nextId(): string {
    this.lastId += 1
    return String(this.lastId)
  }

  add(authorization: Authorization): Authorization {
    this.authorizations.set(authorization.id, authorization)
    this.changed()
    return authorization
  }

  find(id: string): Authorization | undefined {
    return this.authorizations.get(id)
  }

  listOf(clientId: string): Authorization[] {
    return [...this.authorizations.values()].filter((authorization) => authorization.clientId === clientId)
  }

  all(): Authorization[] {
    return [...this.authorizations.values()]
  }

  /** Revokes as the customer does at the utility: tokens stop working at once. False when there is none such. */
  revoke(id: string): boolean {
    const authorization = this.authorizations.get(id)
    if (!authorization) return false
    this.authorizations.set(id, { ...authorization, status: 'revoked' })
    this.changed()
    return true
  }

  /** A new token's text; only its hash is kept. */
  issue(kind: IssuedToken['kind'], holder: TokenHolder, expiresAt: number): string {
    const token = newSecret()
    this.tokens.set(keyOf(token), { kind, holder, expiresAt, used: false })
    this.changed()
    return token
  }

  findToken(token: string): IssuedToken | undefined {
    const issued = this.tokens.get(keyOf(token))
    const expired = issued && issued.expiresAt !== 0 && issued.expiresAt <= this.now()
    return expired ? undefined : issued
  }

  markUsed(token: string): void {
    const issued = this.tokens.get(keyOf(token))
    if (issued) this.tokens.set(keyOf(token), { ...issued, used: true })
    this.changed()
  }

  /** Whether the customer still allows it. */
  isActive({ status, endsAt }: Authorization): boolean {
    return status === 'active' && (endsAt === 0 || endsAt > this.now())
  }

  now(): number {
    return Math.floor(this.deps.clock.now().getTime() / 1000)
  }

  private changed(): void {
    this.dropExpired()
    this.deps.keep({
      authorizations: [...this.authorizations.values()],
      tokens: [...this.tokens],
      lastId: this.lastId,
    })
  }

  private dropExpired(): void {
    const now = this.now()
    for (const [key, { expiresAt }] of this.tokens) {
      if (expiresAt !== 0 && expiresAt <= now) this.tokens.delete(key)
    }
  }
}

function keyOf(token: string): string {
  return hashSecret(token).toString('base64url')
}
