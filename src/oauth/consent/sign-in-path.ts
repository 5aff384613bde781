/**
 * Where a click leads to the utility's sign-in. A link, not a form: the browser would hold a form to our own origin
 * (`form-action`), and where the utility's pages lie is known only then.
 */
export function signInPath(requestId: string, utilityId: string): string {
  return `/oauth/consent/${requestId}/sign-in?utility_id=${encodeURIComponent(utilityId)}`
}
