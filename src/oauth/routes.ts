import express, { type RequestHandler, Router } from 'express'
import { assetRoutes } from './assets.ts'
import { type AuthorizeDeps, authorizationEndpoint } from './authorize.ts'
import type { ConsentDeps } from './consent/consent-deps.ts'
import { consentRoutes } from './consent/routes.ts'
import { type IntrospectDeps, introspectionEndpoint } from './introspect.ts'
import type { OpenLimit } from './limits.ts'
import { type OauthMetadataDeps, oauthMetadataRoutes } from './oauth-metadata.ts'
import { showTooManyRequests } from './pages/too-many-requests.ts'
import { type ParDeps, parEndpoint } from './par.ts'
import { addressOf, rateLimit } from './rate-limit.ts'
import { readJson } from './read-json.ts'
import { type RegisterDeps, registrationEndpoint } from './register.ts'
import { type RevokeDeps, revocationEndpoint } from './revoke.ts'
import { type SelfAccessDeps, selfAccessRoutes } from './self-access/routes.ts'
import { type TokenDeps, tokenEndpoint } from './token.ts'

export type OauthDeps = OauthMetadataDeps &
  RegisterDeps &
  Omit<TokenDeps & RevokeDeps & IntrospectDeps & ParDeps, 'failures' | 'begun'> &
  Omit<AuthorizeDeps, 'begun'> &
  ConsentDeps &
  SelfAccessDeps & { openLimit: OpenLimit }

/** The authorization server: one line for each endpoint. Mounted at the root. */
export function oauthRoutes(deps: OauthDeps): Router {
  const router = Router()
  const { settings, openLimit } = deps
  const registrations = rateLimit(openLimit('registrations', settings.registrationsPerHour), addressOf)
  const limited = {
    ...deps,
    failures: openLimit('failed authentications', settings.failuresPerHour),
    begun: openLimit('authorization requests', settings.authorizationRequestsPerHour),
  }

  router.use(oauthMetadataRoutes(deps))
  router.post('/oauth/register', registrations, readJson(), registrationEndpoint(deps))
  router.post('/oauth/token', readForm('256kb'), tokenEndpoint(limited))
  router.post('/oauth/revoke', readForm('16kb'), revocationEndpoint(limited))
  router.post('/oauth/introspect', readForm('16kb'), introspectionEndpoint(limited))
  router.post('/oauth/par', readForm('64kb'), parEndpoint(limited))
  router.get('/oauth/authorize', authorizationEndpoint(limited))
  router.use(consentRoutes(deps))
  router.use(selfAccessRoutes(deps))
  router.use(['/oauth/authorize', '/self-access'], showTooManyRequests(settings))
  router.use(assetRoutes())
  return router
}

function readForm(limit: string): RequestHandler {
  return express.urlencoded({ extended: false, limit })
}
