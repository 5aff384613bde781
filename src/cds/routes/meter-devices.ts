import { z } from 'zod'
import type { MeterDeviceFilter } from '../stores.ts'
import { visibleMeterDevice } from '../visible.ts'
import type { Listing } from './listing.ts'
import { parseQuery } from './parse-query.ts'
import { list, term } from './query.ts'

const query = z.object({
  cds_meterdevice_ids: list,
  // The specification names this one in the singular; the plural, as everywhere else, is taken too.
  meter_number: list,
  meter_numbers: list,
  current_servicepoints: list,
  previous_servicepoints: list,
  q: term,
})

/** CDS-WG3-01 §10.4.5 #meter-device-list */
export const meterDevicesListing: Listing<MeterDeviceFilter> = {
  path: '/meter-devices',
  name: 'meter_devices',
  parse: (parameters) => {
    const asked = parseQuery(query, parameters)
    return {
      ids: asked.cds_meterdevice_ids,
      numbers: asked.meter_number ?? asked.meter_numbers,
      currentServicePoints: asked.current_servicepoints,
      previousServicePoints: asked.previous_servicepoints,
      q: asked.q,
    }
  },
  list: async (reader, views, filter, request) => {
    const page = await reader.listMeterDevices(views, filter, request)
    const named = page.items.flatMap(({ object }) => [
      ...object.current_servicepoints,
      ...object.previous_servicepoints,
    ])
    const servicePoints = await reader.visibleIds(views, 'servicePoints', named)
    return {
      ...page,
      items: page.items.map((seen) => JSON.stringify(visibleMeterDevice(seen, views, { servicePoints }))),
    }
  },
}
