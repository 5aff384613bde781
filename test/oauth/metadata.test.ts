import { beforeAll, describe, expect, it } from 'vitest'
import { kinds } from '../../src/cds/kinds/index.ts'
import { coverageListing } from '../../src/cds/wire/coverage.ts'
import { serverMetadata } from '../../src/cds/wire/metadata.ts'
import { type OauthMetadata, oauthMetadata } from '../../src/cds/wire/oauth-metadata.ts'
import { scopes } from '../../src/oauth/scopes/index.ts'
import { call, type OauthApp, startOauthApp } from '../support/oauth-app.ts'

let app: OauthApp
let metadata: OauthMetadata
beforeAll(async () => {
  app = await startOauthApp('metadata')
  metadata = oauthMetadata.parse((await call(`${app.url}/.well-known/oauth-authorization-server`)).body)
})

/** The fields that CDS-WG3-01 §6 demands of each scope. */
const DEMANDED: Record<string, string[]> = {
  // §6.1.1, without jwk (a divergence)
  cds_rate_plan: [
    'contract_numbers',
    'service_types',
    'include_contract_numbers',
    'sync_until',
    'authorization_form_selection_type',
    'merge_selection_with',
    'error_if_no_preselections',
    'allow_scope_modifications',
  ],
  // §6.1.5
  cds_service_contracts: [
    'contract_numbers',
    'service_types',
    'include_contract_numbers',
    'sync_until',
    'authorization_form_selection_type',
    'merge_selection_with',
    'error_if_no_preselections',
    'allow_scope_modifications',
  ],
  // §6.1.9, with what service_contract_selection demands
  cds_usage: [
    'include_meter_devices',
    'include_meter_numbers',
    'include_usage_segment_value_types',
    'segment_start',
    'segment_end',
    'authorization_form_selection_type',
    'merge_selection_with',
    'error_if_no_preselections',
    'allow_scope_modifications',
    'sync_until',
    'account_numbers',
    'contract_numbers',
    'include_accounts',
    'include_account_numbers',
    'include_service_contracts',
    'include_contract_numbers',
    'include_bill_sections',
    'include_bill_section_line_items',
  ],
  // §6.1.7, without jwk; files and programs are not in what a utility tells
  cds_bill_statements: [
    'account_numbers',
    'statement_date_start',
    'statement_date_end',
    'authorization_form_selection_type',
    'merge_selection_with',
    'error_if_no_preselections',
    'allow_scope_modifications',
    'contract_numbers',
    'meter_numbers',
    'include_bill_statement_charges',
  ],
  // §6.1.8, without jwk, addresses, aggregations, files and programs
  cds_service_bills: [
    'contract_numbers',
    'service_types',
    'start_date',
    'end_date',
    'authorization_form_selection_type',
    'merge_selection_with',
    'error_if_no_preselections',
    'allow_scope_modifications',
    'account_numbers',
    'meter_numbers',
    'statement_date_start',
    'statement_date_end',
    'include_bill_statements',
    'include_bill_statement_charges',
    'include_bill_section_line_items',
    'include_service_points',
    'include_meter_devices',
    'include_meter_numbers',
  ],
  // §6.2.1 to §6.2.6, §6.2.8
  cds_query_accounts: ['sync_until'],
  cds_query_service_contracts: ['sync_until'],
  cds_query_service_points: ['sync_until'],
  cds_query_meter_devices: ['sync_until'],
  cds_query_bill_statements: ['sync_until', 'statement_date_start', 'statement_date_end'],
  cds_query_bill_sections: ['sync_until', 'start_date', 'end_date'],
  cds_query_usage: ['sync_until', 'segment_start', 'segment_end'],
}

describe('metadata', () => {
  it('serves the CDS server metadata at the well-known URI (CDS-WG1-01 §3)', async () => {
    const { body } = await call(`${app.url}/.well-known/cds-server-metadata.json`)
    expect(serverMetadata.parse(body)).toMatchObject({
      cds_metadata_version: 'v1',
      capabilities: ['coverage', 'oauth'],
      oauth_metadata: `${app.url}/.well-known/oauth-authorization-server`,
    })
  })

  it('lists a coverage entry for each utility, filtered by ids (CDS-WG1-01 §4.2)', async () => {
    const all = coverageListing.parse((await call(`${app.url}/cds/v1/coverage`)).body)
    expect(all.coverage_entries).toMatchObject([
      { id: 'test-power', country: 'US', type: 'logical', commodity_types: ['electricity', 'natural_gas'] },
    ])
    const none = coverageListing.parse((await call(`${app.url}/cds/v1/coverage?ids=other`)).body)
    expect(none.coverage_entries).toEqual([])
  })

  it('keys every scope description by its id, and lists exactly those scopes (CDS-WG1-02 §3.2)', () => {
    for (const [key, { id }] of Object.entries(metadata.cds_scope_descriptions)) expect(id).toBe(key)
    expect(Object.keys(metadata.cds_scope_descriptions)).toEqual(metadata.scopes_supported)
  })

  it.each(Object.entries(DEMANDED))(
    '%s takes every field its section demands (CDS-WG3-01 §6)',
    (id, fields) => {
      const offered = metadata.cds_scope_descriptions[id]?.authorization_details_fields_supported.map(
        (f) => f.id,
      )
      expect(offered).toEqual(expect.arrayContaining(fields))
    },
  )

  it.each(
    Object.values(DEMANDED).length
      ? ['cds_usage', 'cds_rate_plan', 'cds_service_contracts', 'cds_bill_statements']
      : [],
  )('%s needs a code, S256 and refresh tokens, never client_credentials (CDS-WG3-01 §6.1)', (id) => {
    expect(metadata.cds_scope_descriptions[id]).toMatchObject({
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      grant_admin_scope: 'cds_grant_admin',
      coverages_supported: ['test-power'],
    })
  })

  it('gives maximum and minimum wherever the format demands them (CDS-WG1-02 §3.8)', () => {
    const demanding = /^(int|decimal|string|string_or_null|string_list.*|relative.*)$/
    for (const { authorization_details_fields_supported: fields } of Object.values(
      metadata.cds_scope_descriptions,
    )) {
      for (const field of fields) {
        expect([field.id, field.maximum !== undefined]).toEqual([field.id, demanding.test(field.format)])
        expect(field.minimum !== undefined).toBe(field.maximum !== undefined)
        expect(field.choices !== undefined).toBe(field.format.startsWith('choice'))
        expect(field.is_required).toBe(field.default === undefined)
      }
    }
  })

  it.each([
    ['cds_bill_statements', ['include_bill_statements', 'include_accounts', 'include_account_numbers']],
    [
      'cds_service_bills',
      [
        'include_bill_sections',
        'include_accounts',
        'include_account_numbers',
        'include_service_contracts',
        'include_contract_numbers',
      ],
    ],
    ['cds_query_bill_statements', ['include_bill_statements']],
    ['cds_query_bill_sections', ['include_bill_sections']],
  ])(
    '%s has what its section says by itself, and never usage (CDS-WG3-01 §6.1.7, §6.1.8, §6.2.5, §6.2.6)',
    (id, implied) => {
      expect(scopes.get(id)?.implied).toEqual(implied)
      const fields = metadata.cds_scope_descriptions[id]?.authorization_details_fields_supported
      expect(fields?.map((field) => field.id)).not.toContain('include_usage_segments')
    },
  )

  it('names the listing of every kind that some scope shows (CDS-WG3-01 §5)', () => {
    const shown = new Set(
      [...scopes.values()].flatMap(({ implied, fields }) => [...implied, ...fields.map(({ id }) => id)]),
    )
    for (const { api, path, addedBy } of kinds) {
      expect(shown).toContain(addedBy)
      expect(metadata[api]).toBe(`${app.url}/cds/v1${path}`)
    }
  })

  it('shows a usage segment format in each choice of value types, and nowhere else (CDS-WG3-01 §5.2)', () => {
    for (const { authorization_details_fields_supported: fields } of Object.values(
      metadata.cds_scope_descriptions,
    )) {
      for (const field of fields) {
        for (const choice of field.choices ?? []) {
          expect(choice.usagesegment_format !== undefined).toBe(
            field.id === 'include_usage_segment_value_types',
          )
        }
      }
    }
  })

  it('describes every registration field that a scope requires (CDS-WG1-02 §3.2)', () => {
    const required = Object.values(metadata.cds_scope_descriptions).flatMap(
      (s) => s.registration_requirements,
    )
    expect(new Set(required)).toEqual(new Set(Object.keys(metadata.cds_registration_fields)))
    expect(metadata.cds_registration_fields.self_access_sign_in?.type).toBe('sso_verification')
  })
})
