import { grantStatuses } from '../../cds/wire/grant.ts'
import { closedStatuses } from '../../oauth/grant-access.ts'
import type { GrantStatus } from '../../oauth/stores.ts'
import { html } from '../../shared/html.ts'
import { type Chapter, facts } from './parts.ts'

/** The statuses that a grant of ours comes to, CDS-WG1-02 §8.2 #grant-statuses, in the order of a grant's life. */
const STATUSES: readonly (readonly [GrantStatus, string])[] = [
  [
    'pending',
    'The data is being loaded; eta says when it is expected to be there. What has arrived can be read.',
  ],
  ['active', 'All that was granted can be read. It is kept up to date until sync_until.'],
  [
    'partial',
    'The utility enabled less than was granted: enabled_scope and enabled_authorization_details say what.',
  ],
  [
    'delayed',
    'The utility does not deliver at the moment. What has arrived can be read; loading is tried again by itself.',
  ],
  [
    'stopped',
    'The customer withdrew the authorization at the utility. What has arrived can be read; nothing new comes.',
  ],
  ['closed', 'The client closed the grant at the Grants API. It never opens again.'],
  ['revoked', 'The customer revoked the authorization on its receipt. It never opens again.'],
]

export function grantsSection(): Chapter {
  const occurring = STATUSES.map(([status]) => status)
  const others = grantStatuses.filter((status) => !occurring.includes(status))
  const body = html`<p>A grant begins as <code>pending</code> when a customer approves, or when a client with linked accounts gets its first token. Tokens
can be had at once.</p>
${facts(STATUSES.map(([status, meaning]) => [status, closedStatuses.has(status) ? `${meaning} Gives access to nothing.` : meaning]))}
<p>Not in use here at present: ${others.join(', ')}. Clients should know them all the same (CDS-WG1-02 §8.2).</p>`
  return { anchor: 'grants', title: 'Statuses of a grant', body }
}
