import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Authorization } from '../authorizations.ts'
import { type Custodian, toSubscription } from '../custodian.ts'
import type { Link } from '../feed/atom.ts'
import { writeEntryDocument, writeFeed } from '../feed/atom.ts'
import { customerFeed } from '../feed/customer-feed.ts'
import type { Subscription } from '../feed/subscription.ts'
import type { UsageEntry } from '../feed/usage-entry.ts'
import { feedEntries, selected, usageFeed } from '../feed/usage-feed.ts'
import { includesCustomer, parseScope } from '../scope.ts'
import { accessOf } from './access.ts'
import { parseFeedQuery } from './query.ts'
import { sendFeed, sendFile } from './send.ts'

/** A request with a customer's access token for the resource in its path. */
interface Asked {
  readonly authorization: Authorization
  readonly subscription: Subscription
  readonly request: Request
  readonly response: Response
}

/** What a customer's access token opens: usage of one Subscription, and the RetailCustomer where the scope has it. */
export function customerResources(custodian: Custodian): Router {
  const router = Router()
  const get = (path: string, answer: (asked: Asked) => Promise<unknown> | unknown) =>
    router.get(path, withSubscription(custodian, answer))

  get('/Batch/Subscription/:subscriptionId', (asked) => sendUsage(asked, custodian))
  get('/Subscription/:subscriptionId', (asked) => sendUsage(asked, custodian))
  get('/Batch/Subscription/:subscriptionId/UsagePoint/:usagePointId', (asked) => sendUsage(asked, custodian))
  get('/Batch/RetailCustomer/:retailCustomerId', (asked) => sendCustomer(asked, custodian))
  const resource = (asked: Asked) => sendResource(asked, custodian)
  get('/Subscription/:subscriptionId/UsagePoint{/*rest}', resource)
  get('/ReadingType{/:id}', resource)
  get('/LocalTimeParameters{/:id}', resource)
  return router
}

/** Answers 401 without a token, 403 with a token of another kind or of another customer. */
function withSubscription(
  custodian: Custodian,
  answer: (asked: Asked) => Promise<unknown> | unknown,
): RequestHandler {
  return async (request, response) => {
    const access = accessOf(request, response, custodian)
    if (!access) return
    const { subscriptionId, retailCustomerId } = request.params
    if (!('authorization' in access)) return void response.status(403).end()
    const { authorization } = access
    const isOwn =
      (subscriptionId ?? authorization.subscriptionId) === authorization.subscriptionId &&
      (retailCustomerId ?? authorization.retailCustomerId) === authorization.retailCustomerId
    if (!isOwn) return void response.status(403).end()
    const subscription = toSubscription(authorization, custodian)
    if (!subscription) return void response.status(404).end()
    await answer({ authorization, subscription, request, response })
  }
}

/** The usage feed, whole or of one usage point; a customer that is a file has nothing but the file, whatever of it is asked for. */
async function sendUsage(
  { authorization, subscription, request, response }: Asked,
  custodian: Custodian,
): Promise<void> {
  const query = parseFeedQuery(request.query)
  if (!query) return void response.status(400).type('text').send('A query parameter is malformed.')
  const { usagePointId } = request.params
  const file = custodian.directory.find(authorization.username)?.file
  if (file) return sendFile(file.usageFile, request, response)
  const agreements = subscription.agreements.filter(
    ({ usagePoint }) => usagePointId === undefined || usagePoint.id === usagePointId,
  )
  if (agreements.length === 0) return void response.status(404).end()
  await sendFeed(
    usageFeed(subscription, selfOf(request, subscription, 'espi-feed/Subscription'), query, agreements),
    response,
  )
}

/** The retail customer feed; without Function Block 46 or 51 the token does not open it. */
async function sendCustomer(
  { authorization, subscription, request, response }: Asked,
  custodian: Custodian,
): Promise<void> {
  const scope = parseScope(authorization.scope)
  if (!scope || !includesCustomer(scope)) return void response.status(403).end()
  const file = custodian.directory.find(authorization.username)?.file
  if (file?.customerFile !== undefined) return sendFile(file.customerFile, request, response)
  const self = selfOf(request, subscription, 'cust-feed/RetailCustomer')
  await sendFeed(customerFeed(subscription, self, file && (() => file.usagePointUri)), response)
}

/** One resource as an entry, or a collection as a feed, found by its own URI. Of a file there is nothing to list beside the file. */
async function sendResource(
  { authorization, subscription, request, response }: Asked,
  custodian: Custodian,
): Promise<void> {
  const query = parseFeedQuery(request.query)
  if (!query) return void response.status(400).type('text').send('A query parameter is malformed.')
  const self = selfOf(request, subscription, 'espi-feed/Collection')
  const isFile = custodian.directory.find(authorization.username)?.file !== undefined
  if (isFile) return sendFeed(writeFeed({ title: self.type, self, updated: subscription.now }, []), response)
  const found = feedEntries(subscription).filter((entry) => isAt(entry, self.href))
  const one = found.next()
  if (one.done) return void response.status(404).end()
  if (one.value.self === self.href) {
    response.type('application/atom+xml').send(writeEntryDocument(one.value.entry()))
    return
  }
  const entries = selected(chain(one.value, found), query, subscription).map((entry) => entry.entry())
  await sendFeed(writeFeed({ title: self.type, self, updated: subscription.now }, entries), response)
}

/** The resource itself, or a member of the collection with this URI. */
function isAt({ self }: UsageEntry, href: string): boolean {
  return self === href || self.slice(0, self.lastIndexOf('/')) === href
}

function* chain<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first
  yield* rest
}

function selfOf(request: Request, { resourceUri }: Subscription, type: string): Link {
  return { rel: 'self', href: `${resourceUri}${request.path.replace(/\/$/, '')}`, type }
}
