import type { CustomerDataTables } from './tables/customer-data.ts'
import type { OauthTables } from './tables/oauth.ts'
import type { UtilityAuthorizationTables } from './tables/utility-authorizations.ts'

/** Every table of the gateway, as kysely sees it. Each group is declared beside its migration. */
export interface Tables extends OauthTables, UtilityAuthorizationTables, CustomerDataTables {}
