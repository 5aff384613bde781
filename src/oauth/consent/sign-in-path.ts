/** The address of a request: whatever is next, sign-in or form, is there. */
export function consentPath(requestId: string): string {
  return `/oauth/consent/${requestId}`
}

/**
 * Where a click leads to the utility's sign-in. A link, not a form: the browser would hold a form to our own origin
 * (`form-action`), and where the utility's pages lie is known only then. Without a utility the customer chooses one.
 */
export function signInPath(requestId: string, utilityId?: string): string {
  const query = utilityId === undefined ? '' : `?utility_id=${encodeURIComponent(utilityId)}`
  return `${consentPath(requestId)}/sign-in${query}`
}
