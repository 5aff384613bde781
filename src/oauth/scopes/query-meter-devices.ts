import { syncUntil } from './fields/duration.ts'
import { includeMeterApps, includeMeterNumbers } from './fields/included-data.ts'
import { meterNumbers } from './fields/preselection.ts'
import { queryScope } from './query-scope.ts'

/** CDS-WG3-01 §6.2.4 #scope-meter-devices-query */
export const queryMeterDevices = queryScope({
  id: 'cds_query_meter_devices',
  name: 'Query meter devices',
  description: 'The meter devices linked to the client.',
  fields: [meterNumbers, includeMeterNumbers, includeMeterApps, syncUntil],
  implied: ['include_meter_devices'],
})
