import { Router } from 'express'
import type { OauthSettings } from '../../oauth/settings.ts'
import { urlsOf } from '../../oauth/urls.ts'
import { toDatetime } from '../../shared/clock.ts'
import type { ServerMetadata } from '../wire/metadata.ts'

/** CDS-WG1-01 §3.1 #metadata-well-known-uri */
export function serverMetadataRoutes({ settings }: { settings: OauthSettings }): Router {
  const router = Router()
  router.get('/.well-known/cds-server-metadata.json', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').json(toServerMetadata(settings))
  })
  return router
}

function toServerMetadata(settings: OauthSettings): ServerMetadata {
  const urls = urlsOf(settings.publicUrl)
  return {
    cds_metadata_version: 'v1',
    cds_metadata_url: urls.serverMetadata,
    created: toDatetime(settings.created),
    updated: toDatetime(settings.updated),
    name: settings.name,
    description: settings.description,
    website: settings.website,
    documentation: settings.documentation,
    support: settings.support,
    capabilities: ['coverage', 'oauth'],
    coverage: urls.coverage,
    oauth_metadata: urls.oauthMetadata,
  }
}
