import type { ServicePoint } from '../wire/service-point.ts'
import { type Kind, member } from './kind.ts'

/** CDS-WG3-01 §10.3 #service-points-api */
export const servicePoints: Kind<ServicePoint> = {
  name: 'service_points',
  title: 'Service Point',
  translated: 'servicePoints',
  path: '/service-points',
  api: 'cds_servicepoints_api',
  idMember: 'cds_servicepoint_id',
  addedBy: 'include_service_points',
  // §7.2.3.1 to §7.2.3.3
  opened: {
    servicepoint_address: 'include_service_point_addresses',
    latitude: 'include_coordinates',
    longitude: 'include_coordinates',
    premises: 'include_premises',
    espi_usage_point_id: 'include_service_point_addresses',
    espi_usage_point: 'include_service_point_addresses',
    espi_local_time: 'include_service_point_addresses',
    espi_service_location_id: 'include_service_point_addresses',
    espi_service_location: 'include_service_point_addresses',
    espi_tariff_profile: 'include_rate_plans',
    espi_tariff_riders: 'include_rate_plans',
    espi_program_id_mappings: 'include_rate_plans',
  },
  meanings: {
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
  unions: ['servicepoint_types'],
  relations: {
    current_servicecontracts: 'service_contracts',
    previous_servicecontracts: 'service_contracts',
  },
  facets: {
    servicepoint_number: member('servicepoint_number'),
    current_servicecontracts: member('current_servicecontracts'),
    previous_servicecontracts: member('previous_servicecontracts'),
    servicepoint_address: member('servicepoint_address', 'include_service_point_addresses'),
    premises: {
      of: ({ premises = [] }) => premises.map(({ premise_number }) => premise_number),
      opened: 'include_premises',
    },
  },
  lineage: { point: 'id' },
  // §10.3.5 #service-point-list
  filters: {
    cds_servicepoint_ids: { facet: 'id', test: 'oneOf' },
    servicepoint_numbers: { facet: 'servicepoint_number', test: 'oneOf' },
    current_servicecontracts: { facet: 'current_servicecontracts', test: 'sharesOne' },
    previous_servicecontracts: { facet: 'previous_servicecontracts', test: 'sharesOne' },
  },
  search: ['id', 'servicepoint_number', 'servicepoint_address', 'premises'],
  order: [{ by: 'modified' }],
}
