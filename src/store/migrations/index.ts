import type { Migration } from 'kysely/migration'

/** Every migration in the order it runs. A migration that has landed is never edited. */
export const migrations: Record<string, Migration> = {}
