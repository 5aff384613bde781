import type { MeterDevice } from '../wire/meter-device.ts'
import { type Kind, member } from './kind.ts'

/** CDS-WG3-01 §10.4 #meter-devices-api */
export const meterDevices: Kind<MeterDevice> = {
  name: 'meter_devices',
  title: 'Meter Device',
  translated: 'meterDevices',
  path: '/meter-devices',
  api: 'cds_meterdevices_api',
  idMember: 'cds_meterdevice_id',
  addedBy: 'include_meter_devices',
  // §7.2.4.1 and §7.2.4.2
  opened: {
    meter_number: 'include_meter_numbers',
    meter_apps: 'include_meter_apps',
    espi_meter: 'include_meter_numbers',
    espi_end_device: 'include_meter_numbers',
  },
  meanings: {
    espi_meter: 'The Meter.',
    espi_end_device: 'The EndDevice.',
  },
  unions: ['meter_types'],
  relations: { current_servicepoints: 'service_points', previous_servicepoints: 'service_points' },
  facets: {
    meter_number: member('meter_number', 'include_meter_numbers'),
    current_servicepoints: member('current_servicepoints'),
    previous_servicepoints: member('previous_servicepoints'),
  },
  lineage: { meter: 'id' },
  // §10.4.5 #meter-device-list names the second one in the singular; the plural, as everywhere else, is taken too.
  filters: {
    cds_meterdevice_ids: { facet: 'id', test: 'oneOf' },
    meter_number: { facet: 'meter_number', test: 'oneOf' },
    meter_numbers: { facet: 'meter_number', test: 'oneOf' },
    current_servicepoints: { facet: 'current_servicepoints', test: 'sharesOne' },
    previous_servicepoints: { facet: 'previous_servicepoints', test: 'sharesOne' },
  },
  search: ['id', 'meter_number'],
  order: [{ by: 'modified' }],
}
