import path from 'node:path'
import { z } from 'zod'
import { isTimezone } from '../shared/local-calendar.ts'
import type { SealKeys } from '../shared/seal.ts'

/** A whole number in a range. */
export function wholeNumber(from: number, to: number) {
  return z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number)
    .pipe(z.int().min(from).max(to))
}

export const port = wholeNumber(1, 65_535)
export const portOrOff = wholeNumber(0, 65_535).transform((number) => (number === 0 ? undefined : number))
export const onOff = z.enum(['on', 'off']).transform((word) => word === 'on')
export const folder = z.string().transform((text) => path.resolve(text))

/** An http(s) address without path, query, fragment or user; https unless it is this machine. */
export const origin = z.string().transform((text, context) => {
  const url = URL.parse(text)
  const isBare = url && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  if (isBare && (url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname)))) {
    return url.origin
  }
  context.addIssue('not an origin')
  return z.NEVER
})

export const webPage = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''))

export function urlOf(...protocols: string[]) {
  return z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''))
}

/** `HH:MM`, 24 hours. */
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .transform((text) => ({ hour: Number(text.slice(0, 2)), minute: Number(text.slice(3)) }))

export const timezone = z.string().refine(isTimezone)

/** `off`, the number of proxies in front, or their addresses. */
export const trustProxy = z.union([
  z.literal('off').transform(() => false as const),
  wholeNumber(1, 16),
  z
    .string()
    .transform(splitList)
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1)),
])

/** What is wrong with a key that somebody typed to get on: everybody can guess it. */
export const WEAK_KEY = 'is no random key: all its bytes are the same'

/** Base64 of at least 32 bytes, not all the same. */
export const key = z
  .base64()
  .transform(decodeKey)
  .refine((bytes) => bytes.length >= 32)
  .refine(hasDifferentBytes, WEAK_KEY)

/** `id:key[,id:key]`, each key base64 of exactly 32 bytes (AES-256), not all the same; the first one current. */
export const sealKeys = z
  .string()
  .transform(splitList)
  .transform((entries) => entries.map((entry) => entry.split(':')))
  .pipe(z.array(z.tuple([z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), sealKey()])).min(1))
  .refine((pairs) => new Set(pairs.map(([id]) => id)).size === pairs.length)
  .transform((pairs): SealKeys => ({ current: pairs[0]?.[0] ?? '', keys: new Map(pairs) }))

function sealKey() {
  return z
    .base64()
    .transform(decodeKey)
    .refine((bytes) => bytes.length === 32)
    .refine(hasDifferentBytes, WEAK_KEY)
}

function hasDifferentBytes(bytes: Uint8Array): boolean {
  return new Set(bytes).size > 1
}

function decodeKey(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}

/** `a, b` becomes `['a', 'b']`. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** RFC 6761 §6.3: `localhost` and all names under it are this machine. */
function isThisMachine(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
