/** What we hold of customers' authorizations at utilities: made by `migrations/0002-utility-authorizations.ts`. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its migration
export type UtilityAuthorizationTables = {}
