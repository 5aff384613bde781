import type { OauthSettings } from '../../oauth/settings.ts'
import { type Html, html } from '../../shared/html.ts'
import type { Chapter } from './parts.ts'

/** `op_policy_uri`, RFC 8414 §2. */
export function policySection({ policyUrl, documentation }: OauthSettings): Chapter {
  const body =
    policyUrl === `${documentation}#policy`
      ? html`<p>Use a customer’s data only for what the customer approved, keep it no longer than that needs, and let nobody else have it. What the law
and the utility demand comes first.</p>${unset('a policy', 'POLICY_URL')}`
      : published('The policy for the use of data', policyUrl)
  return { anchor: 'policy', title: 'Policy', body }
}

/** `op_tos_uri`, RFC 8414 §2. */
export function termsSection({ termsUrl, documentation }: OauthSettings): Chapter {
  const body =
    termsUrl === `${documentation}#terms`
      ? html`<p>The operator and the client owe each other what the law says, and nothing more is agreed here.</p>${unset('terms of service', 'TERMS_URL')}`
      : published('The terms of service', termsUrl)
  return { anchor: 'terms', title: 'Terms of service', body }
}

function unset(what: string, setting: string): Html {
  return html`<p>The operator of this server has not published ${what}. This text stands in its place until the setting <code>${setting}</code> names
the operator’s own.</p>`
}

function published(what: string, url: string): Html {
  return html`<p>${what} of this server: <a href="${url}">${url}</a></p>`
}
