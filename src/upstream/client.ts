import type { UtilityProfile } from '../utility/profile.ts'

/** Our registration at a utility: the Third Party's own credentials. */
export interface UtilityClient {
  clientId: string
  clientSecret: string
}

/** A utility, and who we are there. */
export interface Utility {
  profile: UtilityProfile
  client: UtilityClient
}
