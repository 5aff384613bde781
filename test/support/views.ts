import { kindNames } from '../../src/cds/kinds/kind.ts'
import type { Told, View } from '../../src/cds/stores.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import type { Json } from '../../src/shared/json.ts'

/** A view of everything that came through an authorization, without optional members. */
export function view(authorization: string, change: Partial<View> = {}): View {
  return {
    utilityAuthorizationIds: [authorization as UtilityAuthorizationId],
    contracts: 'all',
    shows: new Set([...kindNames, 'usage_segments'] as const),
    only: {},
    includes: new Set(),
    valueTypes: 'all',
    dates: {},
    ...change,
  }
}

/** An object as one authorization told it, shown by the first view. */
export function told(object: object, views: readonly number[] = [0]): Told {
  const at = new Date('2026-02-01T00:00:00Z')
  const telling = {
    utilityAuthorizationId: 'ua',
    object: object as { [member: string]: Json },
    modified: at,
    views,
  }
  return { id: 'x', created: at, modified: at, synced: at, tellings: [telling] }
}
