import { isIPv4, isIPv6 } from 'node:net'

/**
 * An address becomes the block that counts as one asker: an IPv4 address itself, the /64 of an IPv6 address, because one household or
 * machine has all of it. IPv4 written as IPv6 (`::ffff:192.0.2.1`) is IPv4. Anything else is `unknown`.
 */
export function addressBlock(address: string | undefined): string {
  const bare = (address ?? '').replace(/%.*$/, '')
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return 'unknown'
  const groups = expand(bare)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return toIPv4(groups.slice(6))
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight groups of an IPv6 address, RFC 4291 §2.2. */
function expand(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const before = toGroups(head)
  if (tail === undefined) return before
  const after = toGroups(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function toGroups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

function toIPv4(groups: readonly number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 255]).join('.')
}
