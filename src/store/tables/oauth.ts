/** Clients, credentials, grants, messages, tokens: made by `migrations/0001-oauth.ts`. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its migration
export type OauthTables = {}
