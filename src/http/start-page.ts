import { Router } from 'express'
import { layout } from '../oauth/pages/layout.ts'
import { sendPage } from '../oauth/pages/send-page.ts'
import { html } from '../shared/html.ts'
import { consentSteps, type Step, type WalkThroughFacts, walkThrough } from './walk-through.ts'

export interface StartPageDeps {
  name: string
  publicUrl: string
  sandboxUrl: string | undefined
  facts: WalkThroughFacts | undefined
}

/** The page at `/`: what this server is, where its metadata is, and, beside a sandbox, the way from nothing to data. */
export function startPageRoutes(deps: StartPageDeps): Router {
  const router = Router()
  router.get('/', (_request, response) => {
    sendPage(response, 200, { body: page(deps) })
  })
  return router
}

function page({ name, publicUrl, sandboxUrl, facts }: StartPageDeps) {
  const content = html`
<section>
<p>This is a server for Connected Data Specifications (CDS). Behind it are utilities that speak Green Button Connect My Data. Clients begin
with the metadata:</p>
<ul>
<li><a href="/.well-known/cds-server-metadata.json">Server metadata</a> (CDS-WG1-01)</li>
<li><a href="/.well-known/oauth-authorization-server">Authorization server metadata</a> (CDS-WG1-02, CDS-WG3-01)</li>
<li><a href="/cds/v1/coverage">Coverage</a></li>
<li><a href="/docs">Documentation</a> of scopes, fields, test accounts and errors</li>
<li><a href="/readyz">Readiness</a></li>
</ul>
</section>
<section>${sandboxUrl && html`<p>A simulated utility runs at <a href="${sandboxUrl}/">${sandboxUrl}</a>: its front page lists its customers and their passwords.</p>`}
</section>
${
  facts &&
  html`<section>
<h2>From nothing to data</h2>
<p>Copy these commands into one shell, in order. They need curl and Node.js.</p>
<ol class="steps">${walkThrough(facts).map(stepItem)}</ol>
<h2>With a customer’s consent</h2>
<ol class="steps">${consentSteps(facts).map(stepItem)}</ol>
</section>`
}
<section><p>Issuer: <code>${publicUrl}</code></p></section>`
  return layout('Green Button to CDS', content, { name })
}

function stepItem({ title, command }: Step) {
  return html`<li><p>${title}</p><pre tabindex="0"><code>${command}</code></pre></li>`
}
