import type { DetailField, Scope } from './scope.ts'

function reference(id: string, name: string, description: string): DetailField {
  return { id, role: 'reference', name, description, format: 'string', maximum: 1000, minimum: 1 }
}

/** CDS-WG1-02 §3.3.2 #scopes-grant-admin. There is one such scope: its id equals its type. */
export const grantAdmin: Scope = {
  id: 'cds_grant_admin',
  type: 'cds_grant_admin',
  group: 'grant_admin',
  name: 'Grant Admin',
  description: 'This scope grants administrative access to previously created Grants.',
  registrationRequirements: [],
  grantAdminScope: null,
  takesDetails: true,
  fields: [
    reference(
      'client_id',
      'Client Object identifier',
      'The Client Object identifier for which the Grant is issued.',
    ),
    reference(
      'grant_id',
      'Grant identifier',
      'The Grant identifier for which the returned access_token will be given access.',
    ),
  ],
  implied: [],
}
