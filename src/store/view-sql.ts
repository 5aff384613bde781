import { type RawBuilder, sql } from 'kysely'
import type { RelatedKind, View } from '../cds/stores.ts'

type Condition = RawBuilder<boolean>

const NEVER: Condition = sql<boolean>`false`

/** `column` is one of `values`; no restriction when there is no list. */
export function oneOf(
  column: RawBuilder<unknown>,
  values: readonly string[] | undefined,
): Condition | undefined {
  return values && sql<boolean>`${column} = any(${[...values]}::text[])`
}

/** The text array `column` shares a member with `values`; no restriction when there is no list. */
export function sharesOne(
  column: RawBuilder<unknown>,
  values: readonly string[] | undefined,
): Condition | undefined {
  return values && sql<boolean>`${column} && ${[...values]}::text[]`
}

export function allOf(...conditions: (Condition | undefined)[]): Condition {
  const held = conditions.filter((condition) => condition !== undefined)
  return held.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(held, sql` and `)})`
}

export function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? NEVER : sql<boolean>`(${sql.join(conditions, sql` or `)})`
}

/**
 * The rules of who sees what, as SQL over the table `o`: an object is shown when it came through one of the view's
 * authorizations at the utility, belongs to what the customer selected, and passes the preselection filters
 * (CDS-WG3-01 §6 #scopes, §6.2 #scopes-direct-access).
 */
export const shownBy: Record<RelatedKind | 'usageSegments', (view: View) => Condition> = {
  accounts: (view) =>
    view.shows.accounts
      ? allOf(
          seen(view, 'account'),
          view.serviceContractIds === 'all'
            ? undefined
            : sql<boolean>`exists (select 1 from service_contracts c where c.account_id = o.id and c.id = any(${[...view.serviceContractIds]}::text[]))`,
          oneOf(sql`o.account_number`, view.only.accountNumbers),
        )
      : NEVER,

  serviceContracts: (view) =>
    view.shows.serviceContracts
      ? allOf(
          seen(view, 'service_contract'),
          view.serviceContractIds === 'all' ? undefined : oneOf(sql`o.id`, view.serviceContractIds),
          oneOf(sql`o.account_number`, view.only.accountNumbers),
          oneOf(sql`o.contract_number`, view.only.contractNumbers),
          sharesOne(sql`o.service_types`, view.only.serviceTypes),
        )
      : NEVER,

  servicePoints: (view) =>
    view.shows.servicePoints
      ? allOf(
          seen(view, 'service_point'),
          sharesOne(
            sql`(o.current_servicecontracts || o.previous_servicecontracts)`,
            view.serviceContractIds === 'all' ? undefined : view.serviceContractIds,
          ),
          ofContracts(view, sql`(o.current_servicecontracts || o.previous_servicecontracts)`),
          oneOf(sql`o.servicepoint_number`, view.only.servicepointNumbers),
          sharesOne(sql`o.premise_numbers`, view.only.premiseNumbers),
        )
      : NEVER,

  meterDevices: (view) =>
    view.shows.meterDevices
      ? allOf(seen(view, 'meter_device'), atPoints(view), oneOf(sql`o.meter_number`, view.only.meterNumbers))
      : NEVER,

  usageSegments: (view) =>
    view.shows.usageSegments
      ? allOf(
          sql<boolean>`exists (select 1 from seen_through s where s.utility_authorization_id = any(${[...view.utilityAuthorizationIds]}::text[]) and s.kind = 'service_point' and s.object_id = o.service_point_id)`,
          view.serviceContractIds === 'all' ? undefined : oneOf(sql`o.contract_id`, view.serviceContractIds),
          oneOf(sql`o.account_number`, view.only.accountNumbers),
          oneOf(sql`o.contract_number`, view.only.contractNumbers),
          view.only.servicepointNumbers &&
            sql<boolean>`exists (select 1 from service_points p where p.id = o.service_point_id and p.servicepoint_number = any(${[...view.only.servicepointNumbers]}::text[]))`,
          view.only.premiseNumbers &&
            sql<boolean>`exists (select 1 from service_points p where p.id = o.service_point_id and p.premise_numbers && ${[...view.only.premiseNumbers]}::text[])`,
          view.only.meterNumbers &&
            sql<boolean>`exists (select 1 from meter_devices m where m.id = any(o.meter_device_ids) and m.meter_number = any(${[...view.only.meterNumbers]}::text[]))`,
          view.segmentStart && sql<boolean>`o.segment_end > ${view.segmentStart}`,
          view.segmentEnd && sql<boolean>`o.segment_start < ${view.segmentEnd}`,
        )
      : NEVER,
}

/** The numbers of the views that show the row, as an integer array. */
export function matchedViews(
  kind: RelatedKind | 'usageSegments',
  views: readonly View[],
): RawBuilder<number[]> {
  const numbers = views.map((view, index) => sql`case when ${shownBy[kind](view)} then ${sql.lit(index)} end`)
  return sql<number[]>`array_remove(array[${sql.join(numbers)}]::int[], null)`
}

export function shownByAny(kind: RelatedKind | 'usageSegments', views: readonly View[]): Condition {
  return anyOf(views.map((view) => shownBy[kind](view)))
}

function seen(view: View, kind: string): Condition {
  return sql<boolean>`exists (select 1 from seen_through s where s.utility_authorization_id = any(${[...view.utilityAuthorizationIds]}::text[]) and s.kind = ${kind} and s.object_id = o.id)`
}

/** Service points whose contracts pass the contract filters of a direct access grant. */
function ofContracts(view: View, contracts: RawBuilder<unknown>): Condition | undefined {
  const { accountNumbers, contractNumbers, serviceTypes } = view.only
  if (!accountNumbers && !contractNumbers && !serviceTypes) return undefined
  const passes = allOf(
    oneOf(sql`c.account_number`, accountNumbers),
    oneOf(sql`c.contract_number`, contractNumbers),
    sharesOne(sql`c.service_types`, serviceTypes),
  )
  return sql<boolean>`exists (select 1 from service_contracts c where c.id = any(${contracts}) and ${passes})`
}

/** Meter devices at a service point that the selection and the filters leave in. */
function atPoints(view: View): Condition | undefined {
  const contracts = sql`(p.current_servicecontracts || p.previous_servicecontracts)`
  const conditions = [
    sharesOne(contracts, view.serviceContractIds === 'all' ? undefined : view.serviceContractIds),
    ofContracts(view, contracts),
    oneOf(sql`p.servicepoint_number`, view.only.servicepointNumbers),
    sharesOne(sql`p.premise_numbers`, view.only.premiseNumbers),
  ].filter((condition) => condition !== undefined)
  if (conditions.length === 0) return undefined
  return sql<boolean>`exists (select 1 from service_points p where p.id = any(o.current_servicepoints || o.previous_servicepoints) and ${allOf(...conditions)})`
}
