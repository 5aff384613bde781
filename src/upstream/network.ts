import { Agent, type Dispatcher } from 'undici'
import { UpstreamError } from '../shared/errors.ts'
import type { UtilityProfile } from '../utility/profile.ts'
import { isPrivateHostname, publicLookup } from './addresses.ts'

/** The connections to utilities: one pool that reaches only public addresses, one for sandboxes and private networks. */
export interface UtilityNetwork {
  dispatcherFor(profile: UtilityProfile): Dispatcher
  close(): Promise<void>
}

const CONNECT_MS = 15_000

/** Opens the connections to utilities. Nothing is connected before it is needed. */
export function openNetwork(): UtilityNetwork {
  const anywhere = new Agent({ connect: { timeout: CONNECT_MS } })
  const publicOnly = new Agent({ connect: { timeout: CONNECT_MS, lookup: publicLookup } })
  return {
    dispatcherFor: (profile) => (mayBePrivate(profile) ? anywhere : publicOnly),
    close: async () => {
      await Promise.all([anywhere.close(), publicOnly.close()])
    },
  }
}

/**
 * A URL that the utility gave becomes one we may ask: http(s) on a host that its adapter allows. Everything else about it
 * is the utility's own matter.
 */
export function checkUrl(text: string, profile: UtilityProfile): URL {
  const refuse = (why: string) =>
    new UpstreamError(`${profile.id} gave a URL ${why}`, { utilityId: profile.id, permanent: true })
  const url = URL.parse(text)
  if (!url) throw refuse('that is not absolute')
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && profile.environment === 'sandbox')
  if (!secure) throw refuse(`of a kind that is not asked: ${url.protocol}`)
  if (url.username !== '' || url.password !== '') throw refuse('with a user name')
  if (!profile.hosts.includes(url.host)) {
    throw refuse(`on ${url.host}: if that is right, add the host to adapters/${profile.id}.ts`)
  }
  if (!mayBePrivate(profile) && isPrivateHostname(url.hostname)) throw refuse('on a private address')
  return url
}

function mayBePrivate(profile: UtilityProfile): boolean {
  return profile.environment === 'sandbox' || profile.privateNetwork
}
