import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { type AuthorizationState, NOTHING_AUTHORIZED } from './authorizations.ts'

const State = z.object({
  authorizations: z.array(
    z.object({
      id: z.string(),
      subscriptionId: z.string(),
      retailCustomerId: z.string(),
      dialect: z.enum(['openespi', 'utilityapi']),
      clientId: z.string(),
      username: z.string(),
      scope: z.string(),
      usagePointIds: z.array(z.string()),
      createdAt: z.int(),
      endsAt: z.int(),
      status: z.enum(['active', 'revoked']),
    }),
  ),
  tokens: z.array(
    z.tuple([
      z.string(),
      z.object({
        holder: z.union([z.object({ authorizationId: z.string() }), z.object({ clientId: z.string() })]),
        kind: z.enum(['access', 'refresh']),
        expiresAt: z.int(),
        used: z.boolean(),
      }),
    ]),
  ),
  lastId: z.int(),
})

/** The state of the last run; nothing, when there was none. */
export function readState(file: string | undefined): AuthorizationState {
  if (file === undefined) return NOTHING_AUTHORIZED
  const text = readIfThere(file)
  return text === undefined ? NOTHING_AUTHORIZED : State.parse(JSON.parse(text))
}

/** Keeps the state so that a crash in between leaves the old one or the new one. */
export function writeState(file: string, state: AuthorizationState): void {
  const draft = `${file}.new`
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 })
  renameSync(draft, file)
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
