import { z } from 'zod'
import type { Part } from '../pages/page.ts'
import type { UsageSegmentFilter } from '../stores.ts'
import { type VisibleSegment, visibleSegment } from '../visible-segment.ts'
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
      contractIds: asked.cds_servicecontract_ids,
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
    return {
      ...page,
      items: page.items.map((segment) => toParts(visibleSegment(segment, views, page.visible))),
    }
  },
}

/** What a series has in common repeats on the page; the values leave as they are stored. */
function toParts({ own, common, values }: VisibleSegment): Part[] {
  const repeated = `,${common.slice(1, -1)},"values":`
  return [own.slice(0, -1), { repeated }, typeof values === 'string' ? { compress: values } : values, '}']
}
