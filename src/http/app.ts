import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { type ClientsDeps, clientsRoutes } from '../cds/routes/clients.ts'
import { type CoverageDeps, coverageRoutes } from '../cds/routes/coverage.ts'
import { type CredentialsDeps, credentialsRoutes } from '../cds/routes/credentials.ts'
import { type CustomerDataDeps, customerDataRoutes } from '../cds/routes/customer-data.ts'
import { type GrantsDeps, grantsRoutes } from '../cds/routes/grants.ts'
import { type MessagesDeps, messagesRoutes } from '../cds/routes/messages.ts'
import { serverMetadataRoutes } from '../cds/routes/server-metadata.ts'
import { type RequireAccessDeps, requireAccess } from '../oauth/require-access.ts'
import { requireCachedAccess } from '../oauth/require-cached-access.ts'
import { type OauthDeps, oauthRoutes } from '../oauth/routes.ts'
import type { OauthSettings } from '../oauth/settings.ts'
import type { Logger } from '../shared/logger.ts'
import { RequestError } from '../shared/request-error.ts'
import { type DocumentationDeps, documentationRoutes } from './documentation-page.ts'
import { type ErrorHandlerDeps, errorHandler } from './error-handler.ts'
import { type HealthDeps, healthRoutes } from './health.ts'
import { requestLog } from './request-log.ts'
import { type StartPageDeps, startPageRoutes } from './start-page.ts'
import { warnOfProxy } from './warn-of-proxy.ts'

export type AppDeps = OauthDeps &
  RequireAccessDeps &
  CoverageDeps &
  HealthDeps &
  ErrorHandlerDeps &
  Omit<ClientsDeps, 'requireAccess'> &
  Omit<CredentialsDeps, 'requireAccess'> &
  Omit<GrantsDeps, 'requireAccess'> &
  Omit<MessagesDeps, 'requireAccess'> &
  Omit<CustomerDataDeps, 'requireAccess'> & {
    settings: OauthSettings
    startPage: StartPageDeps
    documentation: DocumentationDeps
    trustProxy: false | number | readonly string[]
    log: Logger
    /** Counts requests, when metrics are on. */
    observe: RequestHandler | undefined
  }

/** The map of the server: one line for each router. */
export function newApp(deps: AppDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  // Hashing every body for an ETag costs more than half of the speed of a listing, and none of ours is asked for twice.
  app.disable('etag')
  app.set('trust proxy', typeof deps.trustProxy === 'object' ? [...deps.trustProxy] : deps.trustProxy)
  app.set('query parser', 'simple')

  const admin = { ...deps, requireAccess: requireAccess('client_admin', deps) }
  const data = { ...deps, requireAccess: requireCachedAccess(deps) }

  app.use(requestLog(deps.log))
  if (deps.trustProxy === false) app.use(warnOfProxy(deps.log))
  if (deps.observe) app.use(deps.observe)
  app.use(healthRoutes(deps))
  app.use(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"] } },
      frameguard: { action: 'deny' },
    }),
  )
  app.use(startPageRoutes(deps.startPage))
  app.use(documentationRoutes(deps.documentation))
  app.use(serverMetadataRoutes(deps))
  app.use(oauthRoutes(deps))
  app.use('/cds/v1', coverageRoutes(deps))
  app.use('/cds/v1', clientsRoutes(admin))
  app.use('/cds/v1', credentialsRoutes(admin))
  app.use('/cds/v1', grantsRoutes(admin))
  app.use('/cds/v1', messagesRoutes(admin))
  app.use('/cds/v1', customerDataRoutes(data))
  app.use((request) => {
    throw new RequestError(404, `there is nothing at ${request.method} ${request.path}`)
  })
  app.use(errorHandler(deps))
  return app
}
