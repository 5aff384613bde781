/** Our registration at a utility: the Third Party's own credentials. */
export interface UtilityClient {
  clientId: string
  clientSecret: string
}
