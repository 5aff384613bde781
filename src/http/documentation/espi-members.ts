import { openedBy } from '../../cds/visible.ts'
import { type Html, html } from '../../shared/html.ts'
import { type Chapter, withCode } from './parts.ts'

type Kind = keyof typeof openedBy
type MemberOf<K extends Kind> = Extract<keyof (typeof openedBy)[K], `espi_${string}`>

const OBJECTS = [
  ['account', 'Account'],
  ['serviceContract', 'Service Contract'],
  ['servicePoint', 'Service Point'],
  ['meterDevice', 'Meter Device'],
] as const satisfies readonly (readonly [Kind, string])[]

/** What each member of ours holds; a member without a line here does not compile. */
const MEANINGS: { readonly [K in Kind]: Readonly<Record<MemberOf<K>, string>> } = {
  account: {
    espi_customer: 'The Customer.',
    espi_customer_account: 'The CustomerAccount, but its number.',
  },
  serviceContract: {
    espi_customer_agreement: 'The CustomerAgreement, but its number and programs.',
    espi_service_suppliers: 'The ServiceSuppliers.',
    espi_pricing_structures:
      'The PricingStructures, an array of strings; empty where the rate plan is a `tariffProfile`.',
    espi_tariff_profiles:
      'The `tariffProfile` of each usage point, an array of strings, where the rate plan does not say them.',
    espi_tariff_riders: 'The rate options: `rider_type`, `enrollment_status`, `effective_date`.',
    espi_demand_response_programs: 'The DemandResponsePrograms.',
    espi_program_date_mappings: 'The ProgramDateIdMappings.',
  },
  servicePoint: {
    espi_usage_point_id: 'A string that service points of one UsagePoint have in common.',
    espi_usage_point: 'The UsagePoint.',
    espi_local_time: 'The LocalTimeParameters of the UsagePoint.',
    espi_service_location_id: 'A string that service points of one ServiceLocation have in common.',
    espi_service_location: 'The ServiceLocation.',
    espi_tariff_profile: 'The `tariffProfile` of the UsagePoint, a string.',
    espi_tariff_riders: 'Its rate options: `rider_type`, `enrollment_status`, `effective_date`.',
    espi_program_id_mappings:
      'The ProgramIdMappings: what the utility calls its codes for time of use, tier and critical peak.',
  },
  meterDevice: {
    espi_meter: 'The Meter.',
    espi_end_device: 'The EndDevice.',
  },
}

/** What objects hold beside the fields of CDS-WG3-01 §10.1 to §10.4, which lets servers add fields, and which include opens it. */
export function espiMembersSection(): Chapter {
  const body = html`<p>Green Button says more than CDS-WG3-01 has fields for. What is left travels with the object it belongs to, in members that begin with
<code>espi_</code>: under the names of the Green Button schema, each value a string as the utility wrote it, an element that came several times as an array. Clients may pass over all of them.
Remarks about people, passwords and installation codes are never among them.</p>
${OBJECTS.map(([kind, object]) => html`<h3>${object}</h3>\n${membersOf(kind)}\n`)}`
  return { anchor: 'espi-members', title: 'Members of our own', body }
}

function membersOf(kind: Kind): Html {
  const includes: Readonly<Record<string, string>> = openedBy[kind]
  return html`<ul>${Object.entries<string>(MEANINGS[kind]).map(
    ([member, meaning]) =>
      html`<li><code>${member}</code>: ${withCode(meaning)} Included with <code>${includes[member]}</code>.</li>\n`,
  )}</ul>`
}
