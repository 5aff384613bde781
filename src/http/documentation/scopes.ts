import { groupFacts } from '../../oauth/scopes/groups.ts'
import { scopes } from '../../oauth/scopes/index.ts'
import type { Scope, ScopeGroup } from '../../oauth/scopes/scope.ts'
import { type Html, html } from '../../shared/html.ts'
import { anchorLinks, type Chapter, facts, withCode } from './parts.ts'

/** Whom a token of the group speaks for. */
const GROUPS: Readonly<Record<ScopeGroup, string>> = {
  client_admin: 'The client itself manages its registration. No customer takes part.',
  grant_admin: 'The client takes up a grant that it already has: name it in the two fields below.',
  consent:
    'A customer signs in at their utility and approves on the authorization form. Who does not sign in, or declines, comes back with `access_denied`; some utilities do not send such a person back at all, and then the client hears nothing.',
  query: 'The client reads the accounts that its owner linked by signing in at the utility.',
}

/** Every scope that the metadata lists (CDS-WG1-02 §3.4 #scope-descriptions-format). */
export function scopesSection(): Chapter {
  const body = html`<p>Scopes of one kind share a client: a registration with several kinds makes several clients. A field that is not sent has its
default; a request without <code>authorization_details</code> has all defaults.</p>
${[...scopes.values()].map(scopeArticle)}`
  return { anchor: 'scopes', title: 'Scopes', body }
}

function scopeArticle(scope: Scope): Html {
  const { responseTypes, grantTypes, codeChallengeMethods } = groupFacts[scope.group]
  return html`<article id="${scope.id}">
<h3><code>${scope.id}</code> ${scope.name}</h3>
<p>${withCode(scope.description)} ${withCode(GROUPS[scope.group])}</p>
${facts([
  ['Type', html`<code>${scope.type}</code>`],
  ['Grant types', codes(grantTypes)],
  ['Response types', codes(responseTypes)],
  ['PKCE', codes(codeChallengeMethods)],
  ['Always included', scope.implied.length > 0 ? scope.implied.map(inWords).join(', ') : undefined],
  ['Included unless asked not to', some(includedByDefault(scope))],
  ['Included when asked for', some(includedOnRequest(scope))],
  ['Other fields', some(otherFields(scope))],
  ['Needs', some(scope.registrationRequirements)],
])}
</article>\n`
}

/** The scope's own access, CDS-WG3-01 §6: `include_rate_plans` is "rate plans". */
function inWords(includeField: string): string {
  return includeField.replace(/^include_/, '').replaceAll('_', ' ')
}

function isSwitch({ role, format }: Scope['fields'][number]): boolean {
  return role === 'included_data' && format === 'boolean'
}

function includedByDefault({ fields }: Scope): string[] {
  return fields.filter((field) => isSwitch(field) && field.default === true).map(({ id }) => id)
}

function includedOnRequest({ fields }: Scope): string[] {
  return fields.filter((field) => isSwitch(field) && field.default !== true).map(({ id }) => id)
}

function otherFields({ fields }: Scope): string[] {
  return fields.filter((field) => !isSwitch(field)).map(({ id }) => id)
}

function some(anchors: readonly string[]): Html | undefined {
  return anchors.length === 0 ? undefined : anchorLinks(anchors)
}

function codes(words: readonly string[]): Html | undefined {
  if (words.length === 0) return undefined
  return html`${words.map((word, index) => html`${index > 0 ? ', ' : ''}<code>${word}</code>`)}`
}
