import { hkdfSync } from 'node:crypto'

/** What a key that is derived from the installation's secret is for. */
export type KeyPurpose = 'rate limits' | 'self-access links'

/** A secret becomes a key of 256 bits for one purpose (HKDF-SHA-256, RFC 5869): none of them says anything about another. */
export function deriveKey(secret: Uint8Array, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `gbcds ${purpose}`, 32))
}
