import { z } from 'zod'
import type { CustomerDataReader, Seen, StoredSegment, UsageSegmentFilter, View } from '../stores.ts'
import { type VisibleIds, visibleUsageSegment } from '../visible.ts'
import type { Listing } from './listing.ts'
import { parseQuery } from './parse-query.ts'
import { list, moment } from './query.ts'

const query = z.object({
  cds_usagesegment_ids: list,
  before: moment,
  after: moment,
  cds_account_ids: list,
  account_numbers: list,
  cds_servicecontract_ids: list,
  contract_numbers: list,
  cds_servicepoint_ids: list,
  servicepoint_numbers: list,
  cds_meterdevice_ids: list,
  meter_numbers: list,
  cds_billsection_ids: list,
})

/** CDS-WG3-01 §10.8.8 #usage-segment-list */
export const usageSegmentsListing: Listing<UsageSegmentFilter> = {
  path: '/usage-segments',
  name: 'usage_segments',
  parse: (parameters) => {
    const asked = parseQuery(query, parameters)
    return {
      ids: asked.cds_usagesegment_ids,
      before: asked.before,
      after: asked.after,
      accountIds: asked.cds_account_ids,
      accountNumbers: asked.account_numbers,
      serviceContractIds: asked.cds_servicecontract_ids,
      contractNumbers: asked.contract_numbers,
      servicePointIds: asked.cds_servicepoint_ids,
      servicepointNumbers: asked.servicepoint_numbers,
      meterDeviceIds: asked.cds_meterdevice_ids,
      meterNumbers: asked.meter_numbers,
      billSectionIds: asked.cds_billsection_ids,
    }
  },
  list: async (reader, views, filter, request) => {
    const page = await reader.listUsageSegments(views, filter, request)
    const ids = await relatedIds(reader, views, page.items)
    return { ...page, items: page.items.flatMap((seen) => visibleUsageSegment(seen, views, ids) ?? []) }
  },
}

/** CDS-WG3-01 §10.8.1 #usage-segment-format: related lists name only what this access may see. */
async function relatedIds(
  reader: CustomerDataReader,
  views: readonly View[],
  segments: readonly Seen<StoredSegment>[],
): Promise<VisibleIds> {
  const named = (pick: (segment: StoredSegment) => readonly (string | null)[]) => [
    ...new Set(segments.flatMap(({ object }) => pick(object)).filter((id) => id !== null)),
  ]
  const [accounts, serviceContracts, servicePoints, meterDevices] = await Promise.all([
    reader.visibleIds(
      views,
      'accounts',
      named((segment) => [segment.accountId]),
    ),
    reader.visibleIds(
      views,
      'serviceContracts',
      named((segment) => [segment.contractId]),
    ),
    reader.visibleIds(
      views,
      'servicePoints',
      named((segment) => [segment.servicePointId]),
    ),
    reader.visibleIds(
      views,
      'meterDevices',
      named((segment) => segment.meterDeviceIds),
    ),
  ])
  return { accounts, serviceContracts, servicePoints, meterDevices }
}
