import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { customerDataRoutes } from '../../src/cds/routes/customer-data.ts'
import { sealedCursors } from '../../src/cds/routes/paging.ts'
import { errorHandler } from '../../src/http/error-handler.ts'
import type { Access } from '../../src/oauth/access.ts'
import { setGatedAccess } from '../../src/oauth/current-access.ts'
import { newGrant } from '../../src/oauth/new-grant.ts'
import { scopes } from '../../src/oauth/scopes/index.ts'
import type { AuthorizationDetail, Grant } from '../../src/oauth/stores.ts'
import { newId, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import type { Database } from '../../src/store/database.ts'
import { customerDataReader } from '../../src/store/read-customer-data.ts'
import { afterThisFile } from './clean-up.ts'

const KEYS = { current: 'k', keys: new Map([['k', new Uint8Array(32)]]) }

const CLIENT = newId('client')

/** An active grant with one scope over one authorization; `selection` are ids of service contracts. */
export function activeGrant(
  authorization: string,
  detail: AuthorizationDetail,
  selection?: readonly string[],
): Grant {
  return {
    ...newGrant({
      grantId: newId('grant'),
      clientId: newId('client'),
      scope: detail.type,
      authorizationDetails: [detail],
      utilityAuthorizationIds: [authorization as UtilityAuthorizationId],
      selection: selection ? { serviceContractIds: selection, includeFuture: false } : 'all',
      created: new Date('2026-02-01T00:00:00Z'),
    }),
    status: 'active',
    enabledScope: detail.type,
    enabledAuthorizationDetails: [detail],
  }
}

/** The listings of customer data over HTTP; whoever sends no token of these gets nothing. */
export async function startListings(database: Database, tokens: Readonly<Record<string, readonly Grant[]>>) {
  const app = express()
  const server = createServer(app)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  app.use(
    '/cds/v1',
    customerDataRoutes({
      reader: customerDataReader(database),
      findScope: (id) => scopes.get(id),
      publicUrl: url,
      cursors: sealedCursors(KEYS),
      requireAccess: (request, response, next) => {
        const grants = tokens[request.headers.authorization ?? ''] ?? []
        const access: Access = {
          kind: 'customer_data',
          clientId: CLIENT,
          registrationId: newId('registration'),
          grantIds: grants.map(({ grantId }) => grantId),
          grants,
          scope: grants.map(({ scope }) => scope),
          gate: { clientId: CLIENT, version: null },
        }
        setGatedAccess(response, { access, reload: async () => access })
        next()
      },
    }),
  )
  const settings = { name: 'Test', support: `${url}/support` }
  app.use(errorHandler({ log: silentLogger, settings, isUnavailable: () => false }))
  afterThisFile(async () => void server.close())
  return {
    // biome-ignore lint/suspicious/noExplicitAny: the wire, as a test reads it
    get: async (token: string, path: string): Promise<any> => {
      const address = path.startsWith('http') ? path : `${url}/cds/v1${path}`
      const response = await fetch(address, { headers: { authorization: token } })
      return { status: response.status, ...((await response.json()) as object) }
    },
  }
}
