import express, { Router } from 'express'
import { assetRoutes } from './assets.ts'
import { type AuthorizeDeps, authorizationEndpoint } from './authorize.ts'
import type { ConsentDeps } from './consent/consent-deps.ts'
import { consentRoutes } from './consent/routes.ts'
import { type IntrospectDeps, introspectionEndpoint } from './introspect.ts'
import { limitFailures } from './limit-failures.ts'
import { type OauthMetadataDeps, oauthMetadataRoutes } from './oauth-metadata.ts'
import { type ParDeps, parEndpoint } from './par.ts'
import { addressOf, rateLimit } from './rate-limit.ts'
import { readJson } from './read-json.ts'
import { type RegisterDeps, registrationEndpoint } from './register.ts'
import { type RevokeDeps, revocationEndpoint } from './revoke.ts'
import { type SelfAccessDeps, selfAccessRoutes } from './self-access/routes.ts'
import { type TokenDeps, tokenEndpoint } from './token.ts'

export type OauthDeps = OauthMetadataDeps &
  RegisterDeps &
  TokenDeps &
  RevokeDeps &
  IntrospectDeps &
  ParDeps &
  AuthorizeDeps &
  ConsentDeps &
  SelfAccessDeps

/** The authorization server: one line for each endpoint. Mounted at the root. */
export function oauthRoutes(deps: OauthDeps): Router {
  const router = Router()
  const { settings } = deps
  const form = express.urlencoded({ extended: false, limit: '256kb' })
  const registrations = rateLimit(settings.registrationsPerHour, addressOf)

  router.use(oauthMetadataRoutes(deps))
  router.post('/oauth/register', registrations, readJson(settings), registrationEndpoint(deps))
  const failures = limitFailures(settings.failuresPerHour)
  router.post('/oauth/token', form, failures.guard, tokenEndpoint(deps), failures.count)
  router.post('/oauth/revoke', form, failures.guard, revocationEndpoint(deps), failures.count)
  router.post('/oauth/introspect', form, failures.guard, introspectionEndpoint(deps), failures.count)
  router.post('/oauth/par', form, failures.guard, parEndpoint(deps), failures.count)
  router.get('/oauth/authorize', authorizationEndpoint(deps))
  router.use(consentRoutes(deps))
  router.use(selfAccessRoutes(deps))
  router.use(assetRoutes())
  return router
}
