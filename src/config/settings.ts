import { z } from 'zod'
import { SEGMENT_LENGTHS } from '../shared/segment-length.ts'
import {
  folder,
  key,
  onOff,
  origin,
  port,
  portOrOff,
  sealKeys,
  splitList,
  timeOfDay,
  timezone,
  trustProxy,
  urlOf,
  webPage,
  wholeNumber,
} from './formats.ts'

export interface Setting<T> {
  /** What it decides, in one line. */
  meaning: string
  /** What to write, as the end of the sentence "write …". */
  write: string
  format: z.ZodType<T, string>
  /** Its value is never printed. */
  secret?: true
}

const setting = <T>(meaning: string, write: string, format: z.ZodType<T, string>): Setting<T> => ({
  meaning,
  write,
  format,
})
const secret = <T>(meaning: string, write: string, format: z.ZodType<T, string>): Setting<T> => ({
  ...setting(meaning, write, format),
  secret: true,
})

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const A_PORT = 'a number from 1 to 65535'
const AN_ORIGIN = 'https://your.host without a path (http:// only for localhost)'

/** Every setting, as an environment variable. Those of each utility are beside: `UTILITY_<ID>_CLIENT_ID`, `…_SECRET`. */
export const SETTINGS = {
  PUBLIC_URL: setting('Where clients and customers reach the gateway', AN_ORIGIN, origin),
  HOST: setting('Address to listen on', 'an address such as 127.0.0.1 or 0.0.0.0', z.string()),
  PORT: setting('Port to listen on', A_PORT, port),
  METRICS_PORT: setting(
    'Port of the metrics, kept internal; 0 switches them off',
    `${A_PORT}, or 0`,
    portOrOff,
  ),
  LOG_LEVEL: setting('How much is logged', `one of ${LOG_LEVELS.join(', ')}`, z.enum(LOG_LEVELS)),
  DATA_DIR: setting('Folder of the embedded database and of generated keys', 'a folder', folder),
  DATABASE_URL: secret(
    'PostgreSQL to use instead of the embedded one',
    'postgresql://user:password@host:5432/database',
    urlOf('postgres:', 'postgresql:'),
  ),
  DATABASE_PARTITIONS: setting(
    'Parts of each table of customer data; counts when the tables are made (docs/operations.md)',
    'a number from 1 (not partitioned) to 1024',
    wholeNumber(1, 1024),
  ),
  DATABASE_PREPARE: setting(
    'Whether statements are prepared; off behind a pooler that cannot keep them (docs/operations.md)',
    'on or off',
    onOff,
  ),
  REDIS_URL: secret(
    'Redis for the queues, instead of PostgreSQL',
    'redis://host:6379 or rediss://user:password@host:6379',
    urlOf('redis:', 'rediss:'),
  ),
  START_WAIT_SECONDS: setting(
    'How long a start waits for PostgreSQL and Redis to be ready',
    'a number of seconds from 0 to 3600',
    wholeNumber(0, 3600),
  ),
  SEAL_KEYS: secret(
    'Keys that seal tokens and feeds at rest; the first seals, all open',
    'id:key[,id:key], each key from `openssl rand -base64 32`',
    sealKeys,
  ),
  ID_SECRET: secret(
    'Key that makes object ids; never changes',
    'the output of `openssl rand -base64 32`',
    key,
  ),
  UTILITIES: setting(
    'Ids of the enabled adapters',
    'ids with commas between them',
    z.string().transform(splitList).pipe(z.array(z.string()).min(1)),
  ),
  SANDBOX: setting('Whether start runs the sandbox utility too', 'on or off', onOff),
  SANDBOX_PORT: setting('Port of the sandbox utility', A_PORT, port),
  SANDBOX_URL: setting('Where browsers and the gateway reach the sandbox utility', AN_ORIGIN, origin),
  SANDBOX_FILES: setting('Folder of ESPI files that the sandbox serves as customers', 'a folder', folder),
  SANDBOX_SEED: setting('What the generated sandbox customers are made from', 'any text', z.string()),
  SERVER_NAME: setting(
    'What this server calls itself to customers and clients',
    'a name',
    z.string().max(200),
  ),
  SUPPORT_URL: setting('Where people find help with this server', 'an http(s) address', webPage),
  POLICY_URL: setting('How clients may use the data they get', 'an http(s) address', webPage),
  TERMS_URL: setting('Terms of service for clients', 'an http(s) address', webPage),
  TIMEZONE: setting(
    'Zone of the daily schedule and of the sandbox',
    'an IANA zone such as America/New_York',
    timezone,
  ),
  SEGMENT_LENGTH: setting(
    "What one usage segment covers: a day or a month of the utility's local calendar",
    SEGMENT_LENGTHS.join(' or '),
    z.enum(SEGMENT_LENGTHS),
  ),
  WORKER_CONCURRENCY: setting('Jobs a worker runs at once', 'a number from 1 to 64', wholeNumber(1, 64)),
  MAX_BODY_BYTES: setting(
    'Largest body of a message that a client sends; 10 MB of attachments must fit, in Base64',
    'a number of bytes from 14680064 to 104857600',
    wholeNumber(14_680_064, 104_857_600),
  ),
  ACCESS_TOKEN_SECONDS: setting(
    'How long an access token is good',
    'a number of seconds from 60 to 86400',
    wholeNumber(60, 86_400),
  ),
  SYNC_AT: setting('When the daily sync starts', 'a time of day such as 04:30', timeOfDay),
  TRUST_PROXY: setting(
    'Reverse proxies whose X-Forwarded-* headers count; behind one, never off (docs/operations.md)',
    'off, the number of proxies in front, or their addresses',
    trustProxy,
  ),
} as const satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof SETTINGS
/** What each setting becomes, when it is set and right. */
export type Values = { [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['format']> | undefined }
