import { z } from 'zod'
import { detailValue } from './authorization-detail.ts'
import { url } from './primitives.ts'

/** CDS-WG1-02 §3.9 #auth-details-field-formats, with the list formats of the newer draft. */
export const detailFormats = [
  'int',
  'decimal',
  'string',
  'string_or_null',
  'string_list',
  'string_list_or_null',
  'boolean',
  'relative_or_absolute_date',
  'relative_or_absolute_datetime',
  'choice',
  'choice_or_null',
  'choice_list',
  'choice_list_or_null',
  'jwk_or_null',
] as const
export type DetailFormat = (typeof detailFormats)[number]

/** CDS-WG1-02 §3.10 #auth-details-field-choice-format, extended by CDS-WG3-01 §5.2. */
export const detailChoice = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  documentation: url,
  usagesegment_format: z.looseObject({ id: z.string(), type: z.string() }).optional(),
})

/** CDS-WG1-02 §3.8 #auth-details-fields-format */
export const detailField = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  documentation: url,
  for_types: z.array(z.string()).min(1),
  format: z.enum(detailFormats),
  is_required: z.boolean(),
  default: detailValue.optional(),
  maximum: z.union([z.int(), z.string()]).optional(),
  minimum: z.union([z.int(), z.string()]).optional(),
  choices: z.array(detailChoice).optional(),
})
export type DetailFieldObject = z.infer<typeof detailField>

/** CDS-WG1-02 §3.4 #scope-descriptions-format */
export const scopeDescription = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  description: z.string(),
  documentation: url,
  registration_requirements: z.array(z.string()),
  registration_optional: z.array(z.string()),
  response_types_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  code_challenge_methods_supported: z.array(z.string()),
  coverages_supported: z.array(z.string()),
  grant_admin_scope: z.string().nullable(),
  authorization_details_types_supported: z.array(z.string()),
  authorization_details_fields_supported: z.array(detailField),
})
export type ScopeDescription = z.infer<typeof scopeDescription>
