import type { Clock } from '../shared/clock.ts'
import type { Logger } from '../shared/logger.ts'
import type { Authorization, AuthorizationBook } from './authorizations.ts'
import type { AccountHolder, CustomerDirectory } from './customer-directory.ts'
import type { Dialect } from './dialect.ts'
import type { FaultBoard } from './faults.ts'
import { chosenAgreements, type Subscription } from './feed/subscription.ts'
import type { SandboxClient } from './options.ts'
import { finalScope, historySeconds, includesBills, includesCustomer, parseScope } from './scope.ts'

/** One of the two utilities that the sandbox plays: its dialect, its clients and what all share. */
export interface Custodian {
  readonly dialect: Dialect
  readonly clients: readonly SandboxClient[]
  readonly directory: CustomerDirectory
  readonly book: AuthorizationBook
  readonly faults: FaultBoard
  readonly clock: Clock
  readonly log: Logger
  /** Scheme, host and port that clients reach, no slash at the end. */
  readonly baseUrl: () => string
}

/** Absolute URL of the resource endpoint. */
export function resourceUriOf({ baseUrl, dialect }: Custodian): string {
  return baseUrl() + dialect.resourcePath
}

/** The three URIs that tell a client where its data is. */
export function urisOf(authorization: Authorization, custodian: Custodian) {
  const resources = resourceUriOf(custodian)
  const scope = parseScope(authorization.scope)
  return {
    resourceURI: `${resources}/${custodian.dialect.subscriptionPath}/${authorization.subscriptionId}`,
    authorizationURI: `${resources}/Authorization/${authorization.id}`,
    ...(scope &&
      includesCustomer(scope) && {
        customerResourceURI: `${resources}/Batch/RetailCustomer/${authorization.retailCustomerId}`,
      }),
  }
}

/** What a customer agreed to, before it has an id. */
export interface Approval {
  readonly clientId: string
  readonly holder: AccountHolder
  readonly requestedScope: string
  readonly usagePointIds: readonly string[]
  readonly bills: boolean
  readonly customer: boolean
  readonly endsAt: number
}

/** An approval becomes an Authorization, its scope string as this custodian words it. */
export function authorize(approval: Approval, custodian: Custodian): Authorization {
  const { book, dialect, faults } = custodian
  const { holder, usagePointIds, bills, customer, requestedScope } = approval
  const choice = { bills, customer, usagePointCount: usagePointIds.length }
  const id = book.nextId()
  return book.add({
    id,
    subscriptionId: dialect.oneIdForAll ? id : book.nextId(),
    retailCustomerId: dialect.oneIdForAll ? id : holder.customer.id,
    dialect: dialect.id,
    clientId: approval.clientId,
    username: holder.customer.username,
    scope: faults.takeNarrowedScope(dialect.oauthPath) ?? finalScope(requestedScope, choice, dialect),
    usagePointIds,
    createdAt: book.now(),
    endsAt: approval.endsAt,
    status: 'active',
  })
}

/** An authorization becomes what its feeds are written from; undefined when its customer is gone. */
export function toSubscription(authorization: Authorization, custodian: Custodian): Subscription | undefined {
  const holder = custodian.directory.find(authorization.username)
  const scope = parseScope(authorization.scope)
  if (!holder || !scope) return undefined
  const { calendar, history } = custodian.directory.territory()
  const reach = calendar.dayOf(authorization.createdAt - historySeconds(scope)).start
  return {
    id: authorization.subscriptionId,
    retailCustomerId: authorization.retailCustomerId,
    dialect: custodian.dialect,
    resourceUri: resourceUriOf(custodian),
    customer: holder.customer,
    agreements: chosenAgreements(holder.customer, authorization.usagePointIds),
    history: { from: Math.max(history.from, reach), to: history.to },
    calendar,
    includesBills: includesBills(scope),
    now: custodian.book.now(),
  }
}
