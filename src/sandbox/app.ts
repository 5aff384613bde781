import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { Logger } from '../shared/logger.ts'
import { adminRoutes } from './admin-routes.ts'
import type { Custodian } from './custodian.ts'
import { faultMiddleware } from './fault-middleware.ts'
import { authorizePages } from './oauth/authorize.ts'
import { CodeBook } from './oauth/codes.ts'
import { tokenEndpoint } from './oauth/token.ts'
import { STYLE, STYLE_PATH } from './pages/layout.ts'
import { messagePage } from './pages/message-page.ts'
import { clientResources } from './resources/client-resources.ts'
import { customerResources } from './resources/customer-resources.ts'

/** The sandbox's application: two custodians under their own paths, and the pages about the sandbox itself. */
export function sandboxApp(
  custodians: readonly Custodian[],
  shared: Pick<Custodian, 'faults' | 'book' | 'directory' | 'log'>,
): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.use(securityHeaders)
  app.get(STYLE_PATH, (_request, response) => void response.type('text/css').send(STYLE))
  app.use(adminRoutes(custodians, shared))
  app.use(faultMiddleware(shared.faults))
  for (const custodian of custodians) {
    const { oauthPath, resourcePath } = custodian.dialect
    const codes = new CodeBook(custodian.clock)
    app.post(`${oauthPath}/token`, ...tokenEndpoint(custodian, codes))
    app.use(oauthPath, authorizePages(custodian, codes))
    app.use(resourcePath, clientResources(custodian), customerResources(custodian))
  }
  app.use(
    (_request, response) =>
      void response.status(404).send(messagePage('Not found', 'There is nothing here.').text),
  )
  app.use(errorHandler(shared.log))
  return app
}

/** No `form-action`: browsers apply it to the redirect that follows the form, which leads to the Third Party. */
const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  next()
}

function errorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const asked =
      error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
    log.error({ err: asked >= 500 ? error : undefined, status: asked }, 'sandbox request failed')
    if (response.headersSent) response.destroy()
    else
      response.status(asked).send(messagePage('That did not work', 'The request could not be answered.').text)
  }
}
