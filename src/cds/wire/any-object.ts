import { z } from 'zod'
import { account } from './account.ts'
import { billSection, costDetail, lineItem, usageDetail } from './bill-section.ts'
import { meterDevice } from './meter-device.ts'
import { decimal } from './primitives.ts'
import { serviceContract } from './service-contract.ts'
import { servicePoint } from './service-point.ts'
import { usageSegment, valueSet } from './usage-segment.ts'

/**
 * Objects as any CDS server may write them: members that a grant did not open are absent, words may be of a later version, and there
 * may be members that nobody here knows. Ours are such objects too.
 */
const words = z.array(z.string())
const ids = z.array(z.string()).default([])

/** CDS-WG3-01 §10.1.1 #account-format */
export const anyAccount = account
  .partial()
  .extend({
    cds_account_id: z.string(),
    account_types: words.optional(),
    account_status: z.string().optional(),
    account_contacts: z.array(z.looseObject({ types: words, value: z.string() })).optional(),
  })
  .loose()
export type AnyAccount = z.output<typeof anyAccount>

/** CDS-WG3-01 §10.2.1 #service-contract-format */
export const anyServiceContract = serviceContract
  .partial()
  .extend({
    cds_servicecontract_id: z.string(),
    cds_account_id: z.string(),
    contract_types: words.optional(),
    contract_status: z.string().optional(),
    service_types: words.optional(),
  })
  .loose()
export type AnyServiceContract = z.output<typeof anyServiceContract>

/** CDS-WG3-01 §10.3.1 #service-point-format */
export const anyServicePoint = servicePoint
  .partial()
  .extend({
    cds_servicepoint_id: z.string(),
    servicepoint_types: words.default([]),
    current_servicecontracts: ids,
    previous_servicecontracts: ids,
  })
  .loose()
export type AnyServicePoint = z.output<typeof anyServicePoint>

/** CDS-WG3-01 §10.4.1 #meter-device-format */
export const anyMeterDevice = meterDevice
  .partial()
  .extend({ cds_meterdevice_id: z.string(), meter_types: words.default([]), current_servicepoints: ids })
  .loose()
export type AnyMeterDevice = z.output<typeof anyMeterDevice>

/** CDS-WG3-01 §10.6.3 #bill-section-usage-detail-format */
const anyUsageDetail = usageDetail
  .partial({ espi_element: true, espi_measurement: true })
  .extend({ types: words, units: z.string(), demand_type: z.string().optional() })
export type AnyUsageDetail = z.output<typeof anyUsageDetail>

/** CDS-WG3-01 §10.6.5 #bill-section-cost-detail-format */
const anyCostDetail = costDetail.extend({ types: words })

/** CDS-WG3-01 §10.6.7 #bill-section-line-item-format */
const anyLineItem = lineItem
  .partial({ related_usage_details: true, related_cost_details: true })
  .extend({ types: words, units: z.string().optional() })
export type AnyLineItem = z.output<typeof anyLineItem>

/** CDS-WG3-01 §10.6.1 #bill-section-format */
export const anyBillSection = billSection
  .partial()
  .extend({
    cds_billsection_id: z.string(),
    start_date: billSection.shape.start_date,
    end_date: billSection.shape.end_date,
    currency: billSection.shape.currency,
    section_types: words.optional(),
    related_servicepoints: ids,
    usage_details: z.array(anyUsageDetail).default([]),
    cost_details: z.array(anyCostDetail).default([]),
    line_items: z.array(anyLineItem).optional(),
  })
  .loose()
export type AnyBillSection = z.output<typeof anyBillSection>

/** CDS-WG3-01 §10.5.1 #bill-statement-format */
export const anyBillStatement = z.looseObject({ cds_billstatement_id: z.string() })
export type AnyBillStatement = z.output<typeof anyBillStatement>

/** CDS-WG3-01 §10.8.2 #usage-segment-value-formats */
export const anyValueFormat = z.looseObject({ type: z.string() })
export type AnyValueFormat = z.output<typeof anyValueFormat>

/** CDS-WG3-01 §10.8.1 #usage-segment-format */
export const anyUsageSegment = z.looseObject({
  cds_usagesegment_id: z.string(),
  related_servicepoints: ids,
  segment_start: usageSegment.shape.segment_start,
  interval: decimal,
  formats: z.array(anyValueFormat),
  values: z.array(valueSet),
})
export type AnyUsageSegment = z.output<typeof anyUsageSegment>
