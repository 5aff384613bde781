import type { OperatorRecord } from '../sync/stores.ts'
import type { Database } from './database.ts'

/** Writes down what the operator should know, as a part of what it is about. */
export async function recordForOperator(db: Database, record: OperatorRecord, at: Date): Promise<void> {
  await db
    .insertInto('operator_records')
    .values({
      recorded_at: at,
      kind: record.kind,
      utility_id: record.utilityId,
      utility_authorization_id: record.utilityAuthorizationId,
      detail: record.detail,
    })
    .execute()
}
