import type { DetailFieldObject, ScopeDescription } from '../cds/wire/scope-description.ts'
import { AUTH_METHOD, groupFacts } from './scopes/groups.ts'
import type { Choice, DetailField, Scope } from './scopes/scope.ts'

interface Context {
  /** Address of the documentation, without a fragment. */
  documentation: string
  /** Ids of the coverage entries for which data can be had. */
  coverages: readonly string[]
}

/** A scope becomes its description on the wire, CDS-WG1-02 §3.4 #scope-descriptions-format. */
export function toScopeDescription(scope: Scope, { documentation, coverages }: Context): ScopeDescription {
  const facts = groupFacts[scope.group]
  const isData = scope.group === 'consent' || scope.group === 'query'
  return {
    id: scope.id,
    type: scope.type,
    name: scope.name,
    description: scope.description,
    documentation: `${documentation}#${scope.type}`,
    registration_requirements: [...scope.registrationRequirements],
    registration_optional: [],
    response_types_supported: [...facts.responseTypes],
    grant_types_supported: [...facts.grantTypes],
    token_endpoint_auth_methods_supported: [AUTH_METHOD],
    code_challenge_methods_supported: [...facts.codeChallengeMethods],
    coverages_supported: isData ? [...coverages] : [],
    grant_admin_scope: scope.grantAdminScope,
    authorization_details_types_supported: scope.takesDetails ? [scope.id] : [],
    authorization_details_fields_supported: scope.fields.map((field) =>
      toFieldObject(field, scope, documentation),
    ),
  }
}

/** CDS-WG1-02 §3.8 #auth-details-fields-format */
function toFieldObject(field: DetailField, scope: Scope, documentation: string): DetailFieldObject {
  return {
    id: field.id,
    name: field.name,
    description: field.description,
    documentation: `${documentation}#${field.id}`,
    for_types: [scope.id],
    format: field.format,
    is_required: field.default === undefined,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.maximum === undefined ? {} : { maximum: field.maximum }),
    ...(field.minimum === undefined ? {} : { minimum: field.minimum }),
    ...(field.choices
      ? { choices: field.choices.map((choice) => toChoiceObject(choice, documentation)) }
      : {}),
  }
}

function toChoiceObject(choice: Choice, documentation: string) {
  return {
    id: choice.id,
    name: choice.name,
    description: choice.description,
    documentation: `${documentation}#${choice.id}`,
    ...(choice.usagesegmentFormat ? { usagesegment_format: choice.usagesegmentFormat } : {}),
  }
}
