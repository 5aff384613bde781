import { scopes } from '../oauth/scopes/index.ts'
import type { ScopeGroup } from '../oauth/scopes/scope.ts'

/** What the walk-through names of the running installation. */
export interface WalkThroughFacts {
  publicUrl: string
  utility: { id: string; name: string; username: string; password: string }
  /** The solar house, for the way through the browser. */
  browserUser: { username: string; password: string }
}

export interface Step {
  title: string
  command: string
}

const QUERY_SCOPES = idsOf('query')
const CONSENT_SCOPES = idsOf('consent')

function idsOf(wanted: ScopeGroup): string {
  const found = [...scopes.values()].filter(({ group }) => group === wanted)
  return found.map(({ id }) => id).join(' ')
}

/**
 * From nothing to data in six commands for a POSIX shell with curl and Node.js: register a client, link a customer's accounts with the
 * utility's password once, get a token, read accounts, bills and usage.
 */
export function walkThrough({ publicUrl, utility }: WalkThroughFacts): Step[] {
  return [
    {
      title: 'Register a client (and a helper that picks a member out of JSON)',
      command: `pick() { node -pe "const j = JSON.parse(fs.readFileSync(0)); $1"; }
R=$(curl -s ${publicUrl}/oauth/register -H 'Content-Type: application/json' \\
  -d '{"client_name":"My first client","scope":"cds_client_admin cds_grant_admin ${CONSENT_SCOPES} ${QUERY_SCOPES}"}')
ID=$(echo "$R" | pick j.client_id); SECRET=$(echo "$R" | pick j.client_secret)`,
    },
    {
      title: 'Get a token for its administration',
      command: `ADMIN=$(curl -s -u "$ID:$SECRET" ${publicUrl}/oauth/token \\
  -d grant_type=client_credentials -d scope=cds_client_admin | pick j.access_token)`,
    },
    {
      title:
        'Read the message that asks you to sign in, and sign in as the business customer. The password goes to the utility once and is kept nowhere. You can open the link in a browser instead',
      command: `LINK=$(curl -s -H "Authorization: Bearer $ADMIN" ${publicUrl}/cds/v1/messages | pick 'j.outstanding[0].related_uri'); echo "$LINK"
curl -s -o /dev/null -w '%{http_code}\\n' "$LINK" -d utility_id=${utility.id} -d username=${utility.username} -d password=${utility.password}`,
    },
    {
      title: 'Find the client that may query, and its secret',
      command: `QUERY=$(curl -s -H "Authorization: Bearer $ADMIN" ${publicUrl}/cds/v1/clients | pick 'j.clients.find(c => c.scope.includes("cds_query_usage")).client_id')
QUERY_SECRET=$(curl -s -H "Authorization: Bearer $ADMIN" "${publicUrl}/cds/v1/credentials?client_ids=$QUERY" | pick 'j.credentials[0].client_secret')`,
    },
    {
      title: 'Get a token for the data, and see how far loading it is',
      command: `T=$(curl -s -u "$QUERY:$QUERY_SECRET" ${publicUrl}/oauth/token -d grant_type=client_credentials)
TOKEN=$(echo "$T" | pick j.access_token); GRANT=$(echo "$T" | pick 'j.cds_grant_ids[0]')
while S=$(curl -s -H "Authorization: Bearer $ADMIN" "${publicUrl}/cds/v1/grants?grant_ids=$GRANT" | pick 'j.grants[0].status + ", expected " + (j.grants[0].eta ?? "now")')
do echo "$S"; [ "\${S%%,*}" = pending ] || break; sleep 2; done`,
    },
    {
      title: 'Read the data',
      command: `curl -s -H "Authorization: Bearer $TOKEN" ${publicUrl}/cds/v1/accounts
curl -s -H "Authorization: Bearer $TOKEN" ${publicUrl}/cds/v1/service-contracts
curl -s -H "Authorization: Bearer $TOKEN" ${publicUrl}/cds/v1/bill-statements | head -c 2000
curl -s -H "Authorization: Bearer $TOKEN" ${publicUrl}/cds/v1/usage-segments | head -c 2000`,
    },
  ]
}

/** The link that asks a customer for consent in the browser; `$CONSENT` is the id of the client with the consent scopes. */
export function consentSteps({ publicUrl, browserUser }: WalkThroughFacts): Step[] {
  return [
    {
      title: `Ask a customer instead: print a link, open it in the browser, sign in as ${browserUser.username} (${browserUser.password}), approve`,
      command: `CONSENT=$(curl -s -H "Authorization: Bearer $ADMIN" ${publicUrl}/cds/v1/clients | pick 'j.clients.find(c => c.response_types.includes("code")).client_id')
echo "${publicUrl}/oauth/authorize?response_type=code&client_id=$CONSENT&scope=cds_usage&state=hello"`,
    },
  ]
}
