import { Router } from 'express'
import type { Custodian } from '../custodian.ts'
import { resourceUriOf } from '../custodian.ts'
import { writeEntryDocument, writeFeed } from '../feed/atom.ts'
import {
  applicationInformationEntry,
  authorizationEntry,
  serviceStatusDocument,
} from '../feed/service-documents.ts'
import { accessOf } from './access.ts'
import { sendFeed } from './send.ts'

/** What a client_access_token opens: the service's status, the client's own registration, its authorizations. */
export function clientResources(custodian: Custodian): Router {
  const { book, clients } = custodian
  const router = Router()

  router.get('/ReadServiceStatus', (request, response) => {
    if (!accessOf(request, response, custodian)) return
    response.type('application/xml').send(serviceStatusDocument())
  })

  router.get('/ApplicationInformation/:id', (request, response) => {
    const access = accessOf(request, response, custodian)
    if (!access) return
    if (!('clientId' in access) || access.clientId !== request.params.id)
      return void response.status(403).end()
    const client = clients.find(({ clientId }) => clientId === access.clientId)
    if (!client) return void response.status(404).end()
    response
      .type('application/atom+xml')
      .send(writeEntryDocument(applicationInformationEntry(client, custodian)))
  })

  router.get('/Authorization', async (request, response) => {
    const access = accessOf(request, response, custodian)
    if (!access) return
    if (!('clientId' in access)) return void response.status(403).end()
    const href = `${resourceUriOf(custodian)}/Authorization`
    const head = {
      title: 'Authorizations',
      self: { rel: 'self', href, type: 'espi-feed/Authorization' },
      updated: book.now(),
    } as const
    const entries = book
      .listOf(access.clientId)
      .map((authorization) => authorizationEntry(authorization, custodian))
    await sendFeed(writeFeed(head, entries), response)
  })

  // ESPI names the client's token for this; in practice the customer's own token opens it too.
  router.get('/Authorization/:id', (request, response) => {
    const access = accessOf(request, response, custodian)
    if (!access) return
    const authorization = book.find(request.params.id)
    const isOwn =
      'clientId' in access
        ? authorization?.clientId === access.clientId
        : authorization?.id === access.authorization.id
    if (!authorization) return void response.status(404).end()
    if (!isOwn) return void response.status(403).end()
    response
      .type('application/atom+xml')
      .send(writeEntryDocument(authorizationEntry(authorization, custodian)))
  })
  return router
}
