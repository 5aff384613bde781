import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Customers' authorizations at utilities, with sealed tokens. */
export const utilityAuthorizations: Migration = {
  async up(db) {
    await db.schema
      .createTable('utility_authorizations')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('utility_id', 'text', (column) => column.notNull())
      .addColumn('environment', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('resource_uri', 'text')
      .addColumn('authorization_uri', 'text')
      .addColumn('customer_resource_uri', 'text')
      .addColumn('customer_ref', 'text')
      .addColumn('access_token_sealed', 'bytea')
      .addColumn('access_token_expires_at', 'timestamptz')
      .addColumn('refresh_token_sealed', 'bytea')
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addColumn('modified_at', 'timestamptz', (column) => column.notNull())
      .addCheckConstraint('utility_authorizations_status', sql`status in ('active', 'withdrawn')`)
      // A withdrawn authorization holds no token, whoever wrote the row.
      .addCheckConstraint(
        'utility_authorizations_tokens',
        sql`(status = 'active') = (access_token_sealed is not null)
            and (status = 'active' or refresh_token_sealed is null)`,
      )
      .execute()
    await db.schema
      .createIndex('utility_authorizations_active')
      .on('utility_authorizations')
      .columns(['utility_id', 'created_at', 'id'])
      .where(sql.ref('status'), '=', 'active')
      .execute()
  },
}
