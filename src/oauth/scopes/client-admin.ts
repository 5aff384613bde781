import type { Scope } from './scope.ts'

/** CDS-WG1-02 §3.3.1 #scopes-client-admin */
export const clientAdmin: Scope = {
  id: 'cds_client_admin',
  type: 'cds_client_admin',
  group: 'client_admin',
  name: 'Client Admin',
  description: 'This scope grants administrative access to the Client management APIs.',
  registrationRequirements: [],
  grantAdminScope: null,
  takesDetails: false,
  fields: [],
  implied: [],
}
