import { beforeAll, describe, expect, it } from 'vitest'
import { utilities } from '../../adapters/index.ts'
import { kinds } from '../../src/cds/kinds/index.ts'
import { grantStatuses } from '../../src/cds/wire/grant.ts'
import { oauthMetadata } from '../../src/cds/wire/oauth-metadata.ts'
import { additionalFormat } from '../../src/cds/wire/usage-segment.ts'
import { policySection, termsSection } from '../../src/http/documentation/policies.ts'
import { SERVICE_PROGRAMS } from '../../src/http/documentation/service-programs.ts'
import { signInSection, testAccountsSection } from '../../src/http/documentation/utilities.ts'
import { oauthErrorStatuses } from '../../src/oauth/errors.ts'
import type { OauthSettings } from '../../src/oauth/settings.ts'
import { startGateway } from '../support/gateway.ts'
import { freshDatabase } from '../support/postgres.ts'
import { QUEUE_BACKENDS } from '../support/queue-backends.ts'

const METADATA = ['cds-server-metadata.json', 'oauth-authorization-server']
const [postgres] = QUEUE_BACKENDS

let url: string
let page: string
/** The texts of everything public that may name a page: both metadata and the coverage. */
let documents: string[]
beforeAll(async () => {
  const { database } = await freshDatabase('documentation')
  const gateway = await startGateway({ database, queue: await postgres!.open(), work: false })
  url = gateway.url
  const read = async (path: string) => (await fetch(`${url}${path}`)).text()
  page = await read('/docs')
  documents = await Promise.all([
    ...METADATA.map((name) => read(`/.well-known/${name}`)),
    read('/cds/v1/coverage'),
  ])
})

function idsOf(text: string): string[] {
  return [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)
}

/** Every member named `documentation`, and those that RFC 8414 and CDS-WG1-02 name otherwise. */
function documentationUrls(value: unknown, name = ''): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => documentationUrls(member, key))
  }
  const names = /^(documentation|service_documentation|op_\w+_uri|cds_human_registration|cds_test_accounts)$/
  return typeof value === 'string' && names.test(name) ? [value] : []
}

describe('the page at /docs', () => {
  it('has the page and the anchor of every documentation URL (CDS-WG1-02 §3.2, §3.4, §3.6, §3.8, §3.10; CDS-WG3-01 §10.8.6)', async () => {
    const named = new Set(documents.flatMap((text) => documentationUrls(JSON.parse(text))))
    expect(named.size).toBeGreaterThan(60)
    const pages = new Map<string, string[]>()
    for (const address of named) {
      const [where = '', anchor] = address.split('#')
      expect(where.startsWith(`${url}/`)).toBe(true)
      if (!pages.has(where)) {
        const response = await fetch(where)
        expect([where, response.status]).toEqual([where, 200])
        pages.set(where, idsOf(await response.text()))
      }
      if (anchor !== undefined) expect(pages.get(where)).toContain(anchor)
    }
  })

  it('names every member of ours that an include opens, with that include', () => {
    const members = kinds.flatMap(({ opened }) =>
      Object.entries(opened).filter(([member]) => member.startsWith('espi_')),
    )
    expect(members.length).toBeGreaterThan(15)
    for (const [member, include] of members)
      expect(page).toMatch(new RegExp(`<li><code>${member}</code>: .* Included with <code>${include}</code>`))
  })

  it('has each anchor once, and an anchor for each link of its own', () => {
    const ids = idsOf(page)
    expect(ids).toEqual([...new Set(ids)])
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, anchor]) => anchor!)
    expect(links.filter((anchor) => !ids.includes(anchor))).toEqual([])
  })

  it('has no style or script inside, which its policy would refuse', () => {
    expect(page).not.toMatch(/<script|<style| style=| on\w+=/)
  })

  it('says of each scope and field what the metadata says (CDS-WG1-02 §3.4, §3.8)', () => {
    const metadata = oauthMetadata.parse(JSON.parse(documents[1]!))
    const text = plain(page)
    for (const scope of Object.values(metadata.cds_scope_descriptions)) {
      expect(text).toContain(plain(scope.description))
      for (const field of scope.authorization_details_fields_supported) {
        const article = plain(page.split(`<article id="${field.id}">`)[1]!.split('</article>')[0]!)
        expect(article).toContain(plain(field.description))
        expect(article).toContain(field.format)
        expect(article).toContain(scope.id)
        const isAll = Array.isArray(field.default)
        expect(article).toContain(
          field.is_required ? 'required' : isAll ? 'all choices' : JSON.stringify(field.default),
        )
        if (field.maximum !== undefined) expect(article).toContain(JSON.stringify(field.maximum))
        if (field.minimum !== undefined) expect(article).toContain(JSON.stringify(field.minimum))
      }
    }
  })

  it('names a default with its scopes where scopes differ in it', () => {
    const [article] = page.split('<article id="sync_until">')[1]!.split('</article>')
    expect(plain(article!)).toMatch(/"P1Y" in cds_usage, .*"infinite" in cds_query_accounts, /)
  })

  it('defines each additional value type, with examples that are right (CDS-WG3-01 §10.8.6)', () => {
    const metadata = oauthMetadata.parse(JSON.parse(documents[1]!))
    for (const type of Object.keys(metadata.cds_usagesegments_additional_value_types)) {
      const [article] = page.split(`<article id="${type}">`)[1]!.split('</article>')
      const [format, values] = [...article!.matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].map(([, text]) =>
        JSON.parse(plain(text!)),
      )
      expect(additionalFormat.parse(format)).toMatchObject({ type })
      const member = type === 'espi_meter_readings' ? { r: expect.any(String) } : { v: expect.any(Number) }
      expect(values).toEqual([member])
    }
  })

  it('has the chapter that service programs name as their documentation (CDS-WG3-01 §10.2.5)', () => {
    expect(idsOf(page)).toContain(SERVICE_PROGRAMS)
  })

  it('names every status of a grant and every error of OAuth', () => {
    const grants = plain(page.split('<section id="grants">')[1]!.split('</section>')[0]!)
    for (const status of grantStatuses) expect(grants).toContain(status)
    const errors = page.split('<section id="errors">')[1]!.split('</section>')[0]!
    for (const [error, status] of Object.entries(oauthErrorStatuses)) {
      expect(errors).toContain(`<dt>${error}</dt><dd>${status}</dd>`)
    }
  })

  it('is linked from the start page', async () => {
    expect(await (await fetch(url)).text()).toContain('href="/docs"')
  })
})

describe('testAccountsSection', () => {
  it('lists the test users of sandbox utilities (CDS-WG1-02 §3.2 cds_test_accounts)', () => {
    const text = plain(testAccountsSection(utilities).body.text)
    for (const { environment, testAccounts } of utilities) {
      expect(environment).toBe('sandbox')
      for (const { username, password } of testAccounts) expect(text).toContain(`${username}${password}`)
    }
  })

  it('never lists those of a utility that serves people', () => {
    const real = utilities.map((utility) => ({ ...utility, environment: 'production' as const }))
    const { text } = testAccountsSection(real).body
    expect(text).toContain('No utility with test users is enabled')
    for (const { testAccounts } of utilities) {
      for (const { password } of testAccounts) expect(text).not.toContain(password)
    }
  })
})

describe('signInSection', () => {
  it('names the utilities that take a password, and no other (CDS-WG1-02 §3.6 sso_verification)', () => {
    const [first] = utilities
    const named = (selfAccess: 'password' | 'authorization_code') =>
      signInSection([{ ...first!, name: 'Coastal', selfAccess: [selfAccess] }]).body.text
    expect(named('password')).toContain('<li>Coastal</li>')
    expect(named('authorization_code')).not.toContain('Coastal')
    expect(named('authorization_code')).toContain('No enabled utility takes a password here')
  })
})

describe('policy and terms', () => {
  const documentation = 'https://gateway.test/docs'
  const own = (policyUrl: string, termsUrl: string) =>
    ({ documentation, policyUrl, termsUrl }) as OauthSettings

  it('stand in with a neutral text, and say which setting replaces it (RFC 8414 §2 op_policy_uri, op_tos_uri)', () => {
    const settings = own(`${documentation}#policy`, `${documentation}#terms`)
    expect(policySection(settings).body.text).toContain('<code>POLICY_URL</code>')
    expect(termsSection(settings).body.text).toContain('<code>TERMS_URL</code>')
  })

  it('give way to the operator’s own', () => {
    const settings = own('https://op.test/policy', 'https://op.test/terms')
    expect(policySection(settings).body.text).toContain('href="https://op.test/policy"')
    expect(policySection(settings).body.text).not.toContain('POLICY_URL')
    expect(termsSection(settings).body.text).toContain('href="https://op.test/terms"')
  })
})

/** A page's text, or a description's, without markup: tags, backticks, escapes. */
function plain(text: string): string {
  return text
    .replace(/<[^>]+>/g, '')
    .replaceAll('`', '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
