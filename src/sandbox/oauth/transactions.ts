import type { Clock } from '../../shared/clock.ts'
import { newSecret } from '../../shared/ids.ts'
import type { AccountHolder } from '../customer-directory.ts'
import type { SandboxClient } from '../options.ts'
import type { EspiScope } from '../scope.ts'

const LIVES_MS = 15 * 60_000

/** A checked authorization request, RFC 6749 §4.1.1. */
export interface AuthorizationRequest {
  readonly client: SandboxClient
  readonly redirectUri: string
  readonly scopeText: string
  readonly scope: EspiScope
  readonly state?: string
}

/** One customer's way through the pages. `id` is in the forms, `browserSecret` in a cookie: a form needs both. */
export interface Transaction {
  readonly id: string
  readonly browserSecret: string
  readonly request: AuthorizationRequest
  readonly holder?: AccountHolder
  readonly expiresAt: number
}

/** The transactions under way; the only session there is. */
export class TransactionBook {
  private readonly transactions = new Map<string, Transaction>()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  begin(request: AuthorizationRequest): Transaction {
    this.dropExpired()
    const expiresAt = this.clock.now().getTime() + LIVES_MS
    return this.keep({ id: newSecret(), browserSecret: newSecret(), request, expiresAt })
  }

  keep(transaction: Transaction): Transaction {
    this.transactions.set(transaction.id, transaction)
    return transaction
  }

  /** Undefined when it has expired, is unknown, or is another browser's. */
  find(id: string, browserSecret: string | undefined): Transaction | undefined {
    this.dropExpired()
    const transaction = this.transactions.get(id)
    return transaction?.browserSecret === browserSecret ? transaction : undefined
  }

  end(id: string): void {
    this.transactions.delete(id)
  }

  private dropExpired(): void {
    const now = this.clock.now().getTime()
    for (const [id, { expiresAt }] of this.transactions) if (expiresAt <= now) this.transactions.delete(id)
  }
}
