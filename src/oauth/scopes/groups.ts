import type { ScopeGroup } from './scope.ts'

/** How tokens are got for the scopes of a group: what a Client Object says of itself (CDS-WG1-02 §3.4, §5.1). */
export interface GroupFacts {
  responseTypes: readonly string[]
  grantTypes: readonly string[]
  codeChallengeMethods: readonly string[]
}

const direct: GroupFacts = { responseTypes: [], grantTypes: ['client_credentials'], codeChallengeMethods: [] }

export const groupFacts: Readonly<Record<ScopeGroup, GroupFacts>> = {
  client_admin: direct,
  grant_admin: direct,
  query: direct,
  // CDS-WG1-02 §3.4: S256 is offered, `plain` never.
  consent: {
    responseTypes: ['code'],
    grantTypes: ['authorization_code', 'refresh_token'],
    codeChallengeMethods: ['S256'],
  },
}

/** How clients prove who they are, everywhere. */
export const AUTH_METHOD = 'client_secret_basic'
