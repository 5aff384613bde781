import { syncUntil } from './fields/duration.ts'
import { includeCoordinates, includePremises, includeServicePointAddresses } from './fields/included-data.ts'
import { premiseNumbers, servicepointNumbers } from './fields/preselection.ts'
import { queryScope } from './query-scope.ts'

/** CDS-WG3-01 §6.2.3 #scope-service-points-query */
export const queryServicePoints = queryScope({
  id: 'cds_query_service_points',
  name: 'Query service points',
  description: 'The service points linked to the client.',
  fields: [
    servicepointNumbers,
    premiseNumbers,
    includePremises,
    includeServicePointAddresses,
    includeCoordinates,
    syncUntil,
  ],
  implied: ['include_service_points'],
})
