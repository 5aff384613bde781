import { grantAdmin } from './grant-admin.ts'
import { selfAccessSignIn } from './registration-fields.ts'
import { type DetailField, type Scope, withDefault } from './scope.ts'

/**
 * A direct access scope (CDS-WG3-01 §6.2 #scopes-direct-access): no authorization form, its preselection fields filter. The
 * client is the customer, so by default everything is included, from ever and for ever.
 */
export function queryScope(scope: Pick<Scope, 'id' | 'name' | 'description' | 'fields' | 'implied'>): Scope {
  return {
    ...scope,
    type: scope.id,
    group: 'query',
    registrationRequirements: [selfAccessSignIn.id],
    grantAdminScope: grantAdmin.id,
    takesDetails: true,
    fields: scope.fields.map(openToOwner),
  }
}

function openToOwner(field: DetailField): DetailField {
  if (field.role === 'duration' || field.role === 'historical_duration') return withDefault(field, 'infinite')
  if (field.role === 'included_data' && field.format === 'boolean') return withDefault(field, true)
  return field
}
