/**
 * CDS-WG1-02 §3.6 #registration-field-types `sso_verification`: who registers for direct access shows, by signing in at the
 * utility, whose data it is.
 */
export const selfAccessSignIn = {
  id: 'self_access_sign_in',
  type: 'sso_verification',
  description:
    'Sign in at your utility on the page named by the online_form_request message, so that your own accounts are linked to this client.',
} as const
