import { OAuthError } from '../errors.ts'
import { scopeIds, scopes } from '../scopes/index.ts'
import type { Scope } from '../scopes/scope.ts'
import type { AuthorizationDetail, Client, DetailValue } from '../stores.ts'
import { faultOf, isDetailValue, type Moment } from './check-field.ts'

/** One scope as asked for: every field of its details with a value, durations still relative. */
export interface RequestedScope {
  scope: Scope
  /** Undefined for a scope without details. */
  detail: AuthorizationDetail | undefined
}

/**
 * A `scope` string and `authorization_details` become the scopes they ask for, defaults filled in (CDS-WG3-01 §7
 * #auth-details-fields). An entry of the details stands for its scope, named in the string or not (CDS-WG1-02 §3.3.2).
 */
export function toRequestedScopes(
  asked: { scope: string; authorizationDetails: readonly unknown[] },
  client: Pick<Client, 'scope'>,
  moment: Moment,
): RequestedScope[] {
  const entries = readEntries(asked.authorizationDetails)
  const ids = scopeIds([asked.scope, ...entries.keys()].join(' '))
  const allowed = new Set(scopeIds(client.scope))
  const unknown = ids.find((id) => !allowed.has(id) && !entries.has(id))
  if (unknown !== undefined) {
    throw new OAuthError('invalid_scope', `the scope ${unknown} is not one of this client: ${client.scope}`)
  }
  if (ids.length === 0) throw new OAuthError('invalid_scope', `name a scope of this client: ${client.scope}`)
  return ids.map((id) => {
    const scope = scopes.get(id)
    if (!scope || !allowed.has(id)) throw fault(id, 'type', 'is not a scope of this client')
    return { scope, detail: scope.takesDetails ? fillIn(scope, entries.get(id) ?? {}, moment) : undefined }
  })
}

/** The entries by type. Spec silent on two entries of one type: we refuse them, they would contradict each other. */
function readEntries(entries: readonly unknown[]): Map<string, object> {
  const byType = new Map<string, object>()
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null || !('type' in entry) || typeof entry.type !== 'string') {
      throw new OAuthError(
        'invalid_authorization_details',
        'authorization_details must be a JSON array of objects, each with a type',
      )
    }
    if (byType.has(entry.type)) throw fault(entry.type, 'type', 'appears twice')
    byType.set(entry.type, entry)
  }
  return byType
}

function fillIn(scope: Scope, entry: object, moment: Moment): AuthorizationDetail {
  const given = new Map(Object.entries(entry))
  given.delete('type')
  const detail: Record<string, DetailValue> = {}
  for (const field of scope.fields) {
    const value = given.has(field.id) ? given.get(field.id) : field.default
    if (value === undefined) throw fault(scope.id, field.id, 'is required')
    const wrong = faultOf(field, value, moment)
    if (wrong !== undefined || !isDetailValue(value)) throw fault(scope.id, field.id, wrong ?? 'is not valid')
    detail[field.id] = value
    given.delete(field.id)
  }
  const [stranger] = given.keys()
  // RFC 9396 §5: a field that is not known is refused, not ignored.
  if (stranger !== undefined) throw fault(scope.id, stranger, 'is not a field of this scope')
  return { type: scope.id, ...detail }
}

function fault(type: string, field: string, rule: string): OAuthError {
  return new OAuthError('invalid_authorization_details', `${type}: ${shorten(field)} ${rule}`)
}

/** A name that came from outside goes back shortened. */
function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
