import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { GatewayError } from './errors.ts'

/** The keys that seal and open. New seals use `current`; old ones open with the key they name. */
export interface SealKeys {
  readonly current: string
  readonly keys: ReadonlyMap<string, Uint8Array>
}

export class UnsealError extends GatewayError {
  readonly permanent = true
}

const VERSION = 1

/**
 * Bytes or text become a sealed envelope (AES-256-GCM): version, key id, nonce, tag, ciphertext. `purpose` is bound to
 * it, so that a sealed refresh token cannot be opened where a client secret is expected.
 */
export function seal(plain: string | Uint8Array, purpose: string, { current, keys }: SealKeys): Buffer {
  const keyId = Buffer.from(current)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', findKey(current, keys), nonce)
  cipher.setAAD(Buffer.from(purpose))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.from([VERSION, keyId.length]), keyId, nonce, cipher.getAuthTag(), ciphertext])
}

/** A sealed envelope becomes its bytes again; a wrong key, purpose or changed byte throws. */
export function unseal(envelope: Uint8Array, purpose: string, { keys }: SealKeys): Buffer {
  const bytes = Buffer.from(envelope)
  const keyIdEnd = 2 + (bytes[1] ?? 0)
  if (bytes[0] !== VERSION || bytes.length < keyIdEnd + 28) throw new UnsealError('not a sealed envelope')
  const key = findKey(bytes.subarray(2, keyIdEnd).toString(), keys)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(keyIdEnd, keyIdEnd + 12))
  decipher.setAAD(Buffer.from(purpose))
  decipher.setAuthTag(bytes.subarray(keyIdEnd + 12, keyIdEnd + 28))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(keyIdEnd + 28)), decipher.final()])
  } catch (cause) {
    throw new UnsealError('a sealed envelope does not open: wrong purpose, key or content', { cause })
  }
}

/** As much of an envelope as `keyIdOf` needs: version, length and the longest key id that SEAL_KEYS takes. */
export const ENVELOPE_HEAD_BYTES = 2 + 64

/** The beginning of an envelope, or all of it, becomes the id of the key that sealed it. */
export function keyIdOf(head: Uint8Array): string {
  if (head[0] !== VERSION) throw new UnsealError('not a sealed envelope')
  return Buffer.from(head.subarray(2, 2 + (head[1] ?? 0))).toString()
}

/** A token or code becomes what is stored of it: only its hash (SHA-256; the secrets have 256 random bits). */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function findKey(id: string, keys: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const key = keys.get(id)
  if (!key) throw new UnsealError(`no key with the id "${id}": add it to SEAL_KEYS to open what it sealed`)
  return key
}
