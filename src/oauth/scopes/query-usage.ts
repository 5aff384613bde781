import { segmentEnd, segmentStart, syncUntil } from './fields/duration.ts'
import { includeUsageSegmentValueTypes } from './fields/included-data.ts'
import {
  accountNumbers,
  contractNumbers,
  meterNumbers,
  premiseNumbers,
  servicepointNumbers,
  serviceTypesField,
} from './fields/preselection.ts'
import { queryScope } from './query-scope.ts'

/** CDS-WG3-01 §6.2.8 #scope-usage-query */
export const queryUsage = queryScope({
  id: 'cds_query_usage',
  name: 'Query usage',
  description: 'The usage linked to the client.',
  fields: [
    accountNumbers,
    contractNumbers,
    serviceTypesField,
    servicepointNumbers,
    premiseNumbers,
    meterNumbers,
    includeUsageSegmentValueTypes,
    segmentStart,
    segmentEnd,
    syncUntil,
  ],
  implied: ['include_usage_segments'],
})
