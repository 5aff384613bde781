import { oauthErrorStatuses } from '../../oauth/errors.ts'
import { html } from '../../shared/html.ts'
import { type Chapter, codeBlock, facts } from './parts.ts'

/** What other parts of the server answer, beside the errors of OAuth. */
const OTHER_ERRORS: readonly (readonly [error: string, status: string])[] = [
  ['not_found', '404'],
  ['too_many_requests', '429, with Retry-After'],
]

export function errorsSection(): Chapter {
  const oauth = Object.entries(oauthErrorStatuses).map(([error, status]) => [error, String(status)] as const)
  const body = html`<p>Every error has the same body, that of RFC 6749 §5.2, at the OAuth endpoints and at the APIs:</p>
${codeBlock('{\n  "error": "invalid_request",\n  "error_description": "what is wrong, and what to do"\n}')}
<p>The errors and their status; <code>invalid_request</code> may also come with the status that says it better, such as 413 for a body that is too
large, or 409 when a registration has as much of something as it may. Errors of an authorization request go to the redirect URI instead, once that is known to be the client’s, with the same two members. 401 and 403 carry
<code>WWW-Authenticate</code>. Each answer has an <code>X-Request-Id</code>: name it to support.</p>
${facts([...oauth, ...OTHER_ERRORS])}`
  return { anchor: 'errors', title: 'Errors', body }
}

export function pagingSection(): Chapter {
  const body = html`<p>A listing has up to 100 objects on a page. <code>next</code> and <code>previous</code> are the URLs of the neighbouring pages, or
<code>null</code>; follow them as they are. Their <code>page</code> parameter is sealed and keeps the filters of the first request. A filter with several
values is written with spaces between them.</p>
<p>The listing of messages has three lists, each with links of its own: <code>outstanding</code>, <code>unread</code>, <code>read</code>. They show no attachments:
<code>attachment_count</code> says how many there are at the <code>uri</code> of the message. A page may end before 100 objects where they are long.</p>`
  return { anchor: 'paging', title: 'Paging', body }
}

/** What the metadata cannot say: where the specifications offer more than we do. */
export function notOfferedSection(): Chapter {
  const body = html`<ul>
<li>Changing the scope of a grant: close it and ask for a new one.</li>
<li>Encrypted authorization details (<code>jwk</code>).</li>
<li>Messages of the types <code>production_request</code>, <code>grant_request</code> and <code>client_submission</code>: write a
<code>support_request</code>.</li>
<li>Files of bills, aggregations, energy attribute certificates and server-provided files.</li>
</ul>
<p>The whole list, with the sections of the specifications, is <code>docs/cds-divergences.md</code> in the source of this software.</p>`
  return { anchor: 'not-offered', title: 'Not offered yet', body }
}
