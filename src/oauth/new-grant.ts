import type { Grant } from './stores.ts'

/** Until the sync says better, a first load is expected to take this long. */
const FIRST_ETA_MS = 15 * 60_000

/** A grant as it begins: `pending`, nothing enabled, with an `eta` (CDS-WG3-01 §6 #scopes). */
export function newGrant(
  made: Pick<
    Grant,
    | 'grantId'
    | 'clientId'
    | 'scope'
    | 'authorizationDetails'
    | 'utilityAuthorizationIds'
    | 'selection'
    | 'created'
  > &
    Partial<Pick<Grant, 'receiptConfirmations' | 'states'>>,
): Grant {
  return {
    status: 'pending',
    eta: new Date(made.created.getTime() + FIRST_ETA_MS),
    notBefore: null,
    notAfter: null,
    expires: null,
    enabledScope: '',
    enabledAuthorizationDetails: [],
    receiptConfirmations: [],
    states: [],
    replacing: [],
    replacedBy: [],
    parent: null,
    children: [],
    modified: made.created,
    ...made,
  }
}
