/** Every address of ours that appears in an answer. */
export function urlsOf(publicUrl: string) {
  const api = `${publicUrl}/cds/v1`
  return {
    issuer: publicUrl,
    serverMetadata: `${publicUrl}/.well-known/cds-server-metadata.json`,
    oauthMetadata: `${publicUrl}/.well-known/oauth-authorization-server`,
    coverage: `${api}/coverage`,
    register: `${publicUrl}/oauth/register`,
    authorize: `${publicUrl}/oauth/authorize`,
    par: `${publicUrl}/oauth/par`,
    token: `${publicUrl}/oauth/token`,
    revoke: `${publicUrl}/oauth/revoke`,
    introspect: `${publicUrl}/oauth/introspect`,
    utilityCallback: `${publicUrl}/oauth/utility-callback`,
    clients: `${api}/clients`,
    client: (id: string) => `${api}/clients/${id}`,
    credentials: `${api}/credentials`,
    credential: (id: string) => `${api}/credentials/${id}`,
    grants: `${api}/grants`,
    grant: (id: string) => `${api}/grants/${id}`,
    messages: `${api}/messages`,
    message: (id: string) => `${api}/messages/${id}`,
    /** Of customer data: by the path of its kind. */
    listing: (path: `/${string}`) => `${api}${path}`,
    usageSegments: `${api}/usage-segments`,
    defaultRedirect: (clientId: string) => `${publicUrl}/oauth/default-redirect/${clientId}`,
    receipt: (secret: string) => `${publicUrl}/receipts/${secret}`,
  }
}
export type Urls = ReturnType<typeof urlsOf>
