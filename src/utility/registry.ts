import { SANDBOX, type UtilityProfile } from './profile.ts'
import { UtilityProfileError } from './profile-errors.ts'

/** The utilities this installation speaks to, in the order they were enabled. */
export interface UtilityRegistry {
  find(id: string): UtilityProfile | undefined
  /** Throws when the utility is not enabled. */
  get(id: string): UtilityProfile
  list(): readonly UtilityProfile[]
}

/** What adapters cannot know: the address of this installation's own sandbox, if it runs one. */
export interface Addresses {
  sandbox?: string | undefined
}

/** The enabled adapters become a registry whose URLs are complete and whose hosts name every allowed one. */
export function openRegistry(
  profiles: readonly UtilityProfile[],
  enabledIds: readonly string[],
  addresses: Addresses,
): UtilityRegistry {
  const utilities = new Map(enabledIds.map((id) => [id, locate(choose(profiles, id), addresses)] as const))
  return {
    find: (id) => utilities.get(id),
    get(id) {
      const utility = utilities.get(id)
      if (!utility) throw new UtilityProfileError(`utility "${id}" is not enabled: add it to UTILITIES`)
      return utility
    },
    list: () => [...utilities.values()],
  }
}

function choose(profiles: readonly UtilityProfile[], id: string): UtilityProfile {
  const profile = profiles.find((candidate) => candidate.id === id)
  if (profile) return profile
  const known = profiles.map((candidate) => candidate.id).join(', ')
  throw new UtilityProfileError(`there is no utility "${id}" in adapters/. UTILITIES may name: ${known}`)
}

function locate(profile: UtilityProfile, addresses: Addresses): UtilityProfile {
  const fill = (url: string) => fillSandbox(url, profile.id, addresses)
  const authorizeUrl = fill(profile.authorizeUrl)
  const tokenUrl = fill(profile.tokenUrl)
  const resourceUrl = fill(profile.resourceUrl)
  const own = [authorizeUrl, tokenUrl, resourceUrl].map((url) => new URL(url).host)
  const hosts = [...new Set([...own, ...profile.hosts])]
  return { ...profile, authorizeUrl, tokenUrl, resourceUrl, hosts }
}

function fillSandbox(url: string, id: string, { sandbox }: Addresses): string {
  if (!url.startsWith(SANDBOX)) return url
  if (sandbox !== undefined) return sandbox.replace(/\/$/, '') + url.slice(SANDBOX.length)
  throw new UtilityProfileError(
    `utility "${id}" is the sandbox's, which is off: set SANDBOX=on, or leave it out`,
  )
}
