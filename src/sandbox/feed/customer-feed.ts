import type { Account, Agreement } from '../customers/model.ts'
import type { Dialect } from '../dialect.ts'
import { type Entry, type Link, writeFeed } from './atom.ts'
import { customerPayloads } from './customer-payloads.ts'
import { type Subscription, usagePointPath } from './subscription.ts'
import type { Xml } from './xml.ts'

type Payloads = ReturnType<typeof customerPayloads>

interface Writing {
  readonly subscription: Subscription
  readonly payloads: Payloads
  readonly supplier: string
  readonly usagePointUri: (agreement: Agreement) => string | undefined
}

/**
 * `Batch/RetailCustomer/{id}`: the customer, accounts, agreements, service locations and meters of the chosen usage
 * points. `usagePointUri` overrides how a location names its usage point, where that is known.
 */
export function customerFeed(
  subscription: Subscription,
  self: Link,
  usagePointUri?: (agreement: Agreement) => string | undefined,
): Generator<string> {
  const { dialect } = subscription
  const writing = {
    subscription,
    payloads: customerPayloads(dialect),
    supplier: dialect.name,
    usagePointUri: usagePointUri ?? ((agreement) => locationUri(agreement, subscription)),
  }
  return writeFeed(
    { title: 'Retail Customer Feed', self, updated: subscription.now },
    customerEntries(writing),
  )
}

/** How this custodian's ServiceLocation names its UsagePoint: by relative path, or with blanks around it. */
function locationUri({ usagePoint }: Agreement, subscription: Subscription): string {
  const path = `${subscription.resourceUri}/${usagePointPath(subscription, usagePoint)}`
  const written: Record<Dialect['usagePointUri'], string> = {
    relative: new URL(path).pathname,
    padded: `\n        ${path}\n      `,
  }
  return written[subscription.dialect.usagePointUri]
}

function* customerEntries(writing: Writing): Generator<Entry> {
  const { subscription, payloads } = writing
  const { customer, agreements, retailCustomerId } = subscription
  const accounts = customer.accounts.filter((account) => chosenOf(account, agreements).length > 0)
  const path = `RetailCustomer/${retailCustomerId}/Customer/${customer.id}`
  yield entryOf(writing, path, { children: ['CustomerAccount'], content: payloads.customer(customer) })
  for (const account of accounts) yield* accountEntries(account, path, writing)
}

function* accountEntries(account: Account, parent: string, writing: Writing): Generator<Entry> {
  const { subscription, payloads } = writing
  const path = `${parent}/CustomerAccount/${account.id}`
  const content = payloads.account(account, subscription.customer)
  yield entryOf(writing, path, { parent, children: ['CustomerAgreement'], content })
  for (const agreement of chosenOf(account, subscription.agreements)) {
    yield* agreementEntries(agreement, path, writing)
  }
}

function* agreementEntries(agreement: Agreement, parent: string, writing: Writing): Generator<Entry> {
  const { payloads } = writing
  const path = `${parent}/CustomerAgreement/${agreement.id}`
  const location = `${path}/ServiceLocation/${agreement.id}`
  yield entryOf(writing, path, {
    parent,
    children: ['ServiceSupplier', 'ServiceLocation'],
    content: payloads.agreement(agreement),
  })
  yield entryOf(writing, `${path}/ServiceSupplier/1`, {
    parent: path,
    content: payloads.serviceSupplier(writing.supplier),
  })
  yield entryOf(writing, location, {
    parent: path,
    children: ['Meter'],
    content: payloads.serviceLocation(agreement, writing.usagePointUri(agreement)),
  })
  yield entryOf(writing, `${location}/Meter/${agreement.usagePoint.id}`, {
    parent: location,
    content: payloads.meter(agreement.usagePoint),
  })
}

interface EntryFacts {
  readonly parent?: string
  readonly children?: readonly string[]
  readonly content: Xml
}

/** A child's `up` is its parent's `related` collection; some custodians link back to the parent itself too. */
function entryOf(
  { subscription }: Writing,
  path: string,
  { parent, children = [], content }: EntryFacts,
): Entry {
  const { resourceUri, dialect, now } = subscription
  const link = (rel: Link['rel'], to: string, type: string): Link => ({
    rel,
    href: `${resourceUri}/${to}`,
    type: `cust-${type}`,
  })
  const collection = path.slice(0, path.lastIndexOf('/'))
  const resource = resourceOf(path)
  return {
    title: resource,
    links: [
      link('self', path, `entry/${resource}`),
      link('up', collection, `feed/${resource}`),
      ...children.map((child) => link('related', `${path}/${child}`, `feed/${child}`)),
      ...(dialect.linksBack && parent ? [link('related', parent, `entry/${resourceOf(parent)}`)] : []),
    ],
    published: subscription.history.to,
    updated: now,
    content: [content],
    contentType: dialect.contentType,
  }
}

/** `…/Customer/1/CustomerAccount/2` is a CustomerAccount. */
function resourceOf(path: string): string {
  return path.split('/').at(-2) ?? ''
}

function chosenOf(account: Account, agreements: readonly Agreement[]): Agreement[] {
  return account.agreements.filter((agreement) => agreements.includes(agreement))
}
