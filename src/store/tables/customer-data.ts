/** Translated customer data: made by `migrations/0003-customer-data.ts`. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its migration
export type CustomerDataTables = {}
