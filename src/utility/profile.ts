import { z } from 'zod'
import { currencyNumber } from '../shared/currencies.ts'
import { isTimezone } from '../shared/local-calendar.ts'
import { UtilityProfileError } from './profile-errors.ts'
import { quirks } from './quirks.ts'

/** Stands for the address of the gateway's own sandbox in the URLs of its adapters; the registry fills it in. */
export const SANDBOX = '{sandbox}'

const utilityUrl = z.string().refine(isUtilityUrl, {
  error: `write an absolute http(s) URL without user, query or fragment, or one that begins with ${SANDBOX}`,
})

const functionBlock = z.int().min(1).max(99)

/** What a utility calls itself in CDS, CDS-WG3-01 §10.1.4 #entity-format. */
const entity = z.strictObject({
  types: z
    .array(
      z.enum(['distributor', 'supplier', 'iou', 'muni', 'cca', 'retailer', 'generator', 'dso', 'tso', 'iso']),
    )
    .min(1),
  number: z.string().min(1),
})

const scope = z
  .strictObject({
    /** The function blocks a Third Party may name. What is not here is never asked for. */
    requestable: z.array(functionBlock).min(1),
    /** The retail customer blocks in use: the old single block 46, or 51 and its family. */
    customerBlock: z.union([z.literal(46), z.literal(51)]),
    /** The parameters it understands after the blocks. None, and no constants: a request is the bare `FB=` list. */
    parameters: z.array(z.enum(['HistoryLength', 'PreferredAuthEndDate', 'AdditionalScope'])),
    /** Parameters this utility wants in every request, as it spells their values. */
    constants: z
      .strictObject({
        IntervalDuration: z.string(),
        BlockDuration: z.string(),
        SubscriptionFrequency: z.string(),
      })
      .partial()
      .default({}),
    /** The one string it insists on, for every request. */
    literal: z.string().optional(),
  })
  .refine((value) => value.requestable.includes(value.customerBlock), {
    error:
      'add the customerBlock to the requestable blocks: the authorization form lists the contracts it brings',
    path: ['requestable'],
  })

const limits = z.strictObject({
  requestsPerMinute: z.int().positive().default(30),
  /** The longest window of readings one request may ask for. */
  daysPerRequest: z.int().positive().default(31),
  /** How far back the utility keeps readings. */
  daysOfHistory: z.int().positive(),
  /** The largest feed taken, after decompression. */
  feedBytes: z
    .int()
    .positive()
    .default(512 * 1024 * 1024),
  /** Custodians are known to take 7 minutes for two years of readings. */
  feedSeconds: z.int().positive().default(1200),
})

const testAccount = z.strictObject({
  username: z.string().min(1),
  password: z.string().min(1),
  description: z.string().min(1),
})

const profile = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'write small letters, digits and single hyphens'),
    name: z.string().min(1),
    abbreviation: z.string().min(1).nullable().default(null),
    entity,
    /** ISO 3166-1 alpha-2. */
    country: z.string().regex(/^[A-Z]{2}$/, 'write the two capital letters of ISO 3166-1'),
    /** IANA zone: where the days of its customers begin. */
    timezone: z.string().refine(isTimezone, { error: 'write an IANA zone, for example America/New_York' }),
    /** ISO 4217. */
    currency: z.string().refine((letters) => currencyNumber(letters) !== undefined, {
      error: 'write the three capital letters of ISO 4217, for example USD',
    }),
    commodities: z.array(z.enum(['electric', 'natural_gas', 'water'])).min(1),
    environment: z.enum(['sandbox', 'production']),

    authorizeUrl: utilityUrl,
    tokenUrl: utilityUrl,
    /** The base of ReadServiceStatus and Authorization. Feeds are found by the URLs the utility gives, not from here. */
    resourceUrl: utilityUrl,
    /** Hosts, beside those of the three URLs, on which the utility's own URLs may lie (`host` or `host:port`). */
    hosts: z.array(z.string().regex(/^[a-z0-9.-]+(:\d+)?$/, 'write host or host:port')).default([]),
    /** The gateway runs inside the utility: its hosts have private addresses. A sandbox may have them anyway. */
    privateNetwork: z.boolean().default(false),
    clientAuth: z.enum(['basic', 'post']).default('basic'),
    scope,
    /** How a customer who is itself a client can show who it is, in the order offered. */
    selfAccess: z.array(z.enum(['password', 'authorization_code', 'client_credentials'])),
    limits,
    quirks: quirks.prefault({}),
    testAccounts: z.array(testAccount).default([]),
  })
  .refine((value) => value.environment === 'sandbox' || hasOnlyHttps(value), {
    error: 'a production utility is asked over https only',
    path: ['environment'],
  })
  .refine((value) => value.quirks.refreshScope !== 'literal' || value.scope.literal !== undefined, {
    error: 'refreshScope "literal" needs scope.literal',
    path: ['quirks', 'refreshScope'],
  })
  .readonly()

/** One utility, as its adapter describes it. */
export type UtilityProfile = z.output<typeof profile>
/** What an adapter writes: the facts, without those that are as everywhere. */
export type UtilityFacts = z.input<typeof profile>

/** An adapter's facts become a profile; a fault names the adapter's file, the field and what to write. */
export function defineUtility(facts: UtilityFacts): UtilityProfile {
  const result = profile.safeParse(facts)
  if (result.success) return result.data
  const faults = result.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || '(whole)'}: ${message}`,
  )
  throw new UtilityProfileError(`adapters/${facts.id}.ts is wrong:\n${faults.join('\n')}`)
}

function isUtilityUrl(text: string): boolean {
  const url = URL.parse(text.startsWith(`${SANDBOX}/`) ? `http://sandbox${text.slice(SANDBOX.length)}` : text)
  if (!url || !/^https?:$/.test(url.protocol)) return false
  return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

function hasOnlyHttps(urls: { authorizeUrl: string; tokenUrl: string; resourceUrl: string }): boolean {
  return [urls.authorizeUrl, urls.tokenUrl, urls.resourceUrl].every((url) => url.startsWith('https://'))
}
