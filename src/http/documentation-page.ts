import { Router } from 'express'
import { layout } from '../oauth/pages/layout.ts'
import { sendPage } from '../oauth/pages/send-page.ts'
import type { OauthSettings } from '../oauth/settings.ts'
import { urlsOf } from '../oauth/urls.ts'
import { html } from '../shared/html.ts'
import { espiMembersSection } from './documentation/espi-members.ts'
import { fieldsSection } from './documentation/fields.ts'
import { grantsSection } from './documentation/grants.ts'
import { policySection, termsSection } from './documentation/policies.ts'
import { registerSection } from './documentation/register.ts'
import { errorsSection, notOfferedSection, pagingSection } from './documentation/requests.ts'
import { scopesSection } from './documentation/scopes.ts'
import { serviceProgramsSection } from './documentation/service-programs.ts'
import { type DocumentedUtility, signInSection, testAccountsSection } from './documentation/utilities.ts'
import { valueTypesSection } from './documentation/value-types.ts'

export interface DocumentationDeps {
  settings: OauthSettings
  listUtilities(): readonly DocumentedUtility[]
}

/**
 * The page at `/docs`: what every `documentation` URL of the metadata points at (CDS-WG1-02 §3.2 #auth-server-metadata-format). It is
 * made from the same data as the metadata, so that neither can name what the other does not have.
 */
export function documentationRoutes(deps: DocumentationDeps): Router {
  const router = Router()
  router.get('/docs', (_request, response) => {
    sendPage(response, 200, { body: page(deps) })
  })
  return router
}

function page({ settings, listUtilities }: DocumentationDeps) {
  const urls = urlsOf(settings.publicUrl)
  const utilities = listUtilities()
  const sections = [
    registerSection(urls, settings),
    signInSection(utilities),
    testAccountsSection(utilities),
    scopesSection(),
    fieldsSection(settings),
    valueTypesSection(),
    serviceProgramsSection(),
    espiMembersSection(),
    grantsSection(),
    errorsSection(),
    pagingSection(),
    notOfferedSection(),
    policySection(settings),
    termsSection(settings),
  ]
  const content = html`
<p>How to use this server as a client. It follows CDS-WG1-01, CDS-WG1-02 and CDS-WG3-01; this page says what those leave to a server. The same facts
for machines: <a href="${urls.serverMetadata}">server metadata</a>, <a href="${urls.oauthMetadata}">authorization server metadata</a>, <a href="${urls.coverage}">coverage</a>.</p>
<nav aria-label="On this page"><ul class="contents">${sections.map(({ anchor, title }) => html`<li><a href="#${anchor}">${title}</a></li>`)}</ul></nav>
${sections.map(({ anchor, title, body }) => html`<section id="${anchor}">\n<h2>${title}</h2>\n${body}\n</section>\n`)}
<p><a href="${settings.support}">Contact support</a></p>`
  return layout('Documentation', content, settings)
}
