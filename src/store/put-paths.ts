import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { canonicalJson } from '../shared/json.ts'
import type { WindowChange } from '../sync/stores.ts'
import { pathsOf } from './paths-of.ts'
import type { Tables } from './schema.ts'

/** The paths between the objects of a translation take the place of those that were there; what is equal is not written. */
export async function putPaths(
  trx: Transaction<Tables>,
  { utilityAuthorizationId, translated }: WindowChange,
): Promise<void> {
  const paths = pathsOf(translated).map((path) => ({ ...path, path_hash: hash(canonicalJson(path)) }))
  await sql`/* put-paths */
    with told as (
      select decode(t.path_hash, 'hex') as hash, t.* from json_to_recordset(${JSON.stringify(paths)}::json) as t(
        path_hash text, account_id text, account_number text, contract_id text, contract_number text, service_types text[],
        point_id text, point_number text, premise_numbers text[], meter_id text, meter_number text)),
    gone as (
      delete from customer_paths p where p.utility_authorization_id = ${utilityAuthorizationId}
        and not exists (select from told t where t.hash = p.path_hash))
    insert into customer_paths (utility_authorization_id, path_hash, account_id, account_number, contract_id,
      contract_number, service_types, point_id, point_number, premise_numbers, meter_id, meter_number)
    select ${utilityAuthorizationId}, t.hash, t.account_id, t.account_number, t.contract_id,
      t.contract_number, t.service_types, t.point_id, t.point_number, t.premise_numbers, t.meter_id, t.meter_number
    from told t
    where not exists (select from customer_paths p
      where p.utility_authorization_id = ${utilityAuthorizationId} and p.path_hash = t.hash)`.execute(trx)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
