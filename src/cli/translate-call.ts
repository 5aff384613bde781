import type { Writable } from 'node:stream'
import type { EspiFeed } from '../espi/model.ts'
import { keyedIds } from '../shared/ids.ts'
import { localCalendar } from '../shared/local-calendar.ts'
import { toEntity } from '../translate/customer/utility-entity.ts'
import { startTranslation } from '../translate/translate-feed.ts'
import type { TranslateContext } from '../translate/translated.ts'
import type { Input } from './inputs.ts'
import type { CommandIo } from './io.ts'
import { newObjectOutput } from './new-object-output.ts'
import { readInput } from './read-input.ts'
import type { ReportBuilder } from './report/report-builder.ts'
import type { StagedFiles } from './staged-files.ts'
import { formatOf, segmentLengthOf, type TranslateOptions } from './translate-options.ts'
import type { UtilityFacts } from './utility-facts.ts'
import { type Watcher, type Written, writeObjects } from './write-objects.ts'

/** What one call of `translate` works with. */
export interface TranslateCall {
  options: TranslateOptions
  io: CommandIo
  staged: StagedFiles
  report: ReportBuilder | undefined
  now: string
  /** IANA zone in which days and months begin. */
  zone: string
  facts: UtilityFacts
  /** How many feeds could be read so far, and whether files of several customers seem to be mixed. */
  seen: { feeds: number; mixed: boolean }
}

/** Ids of translated files are the same in every run; a file from disk belongs to no installation with a secret. */
const FILE_KEY = new Uint8Array(32)

/** The feed of one input; when there is none, the reason is said and noted. */
export async function readOne(
  input: Input | string,
  { io, report, seen }: TranslateCall,
): Promise<EspiFeed | undefined> {
  const feed = typeof input === 'string' ? input : await readInput(input, io)
  const name = typeof input === 'string' ? input : input.name
  if (typeof feed === 'string') {
    io.stderr.write(`gbcds translate: ${feed}\n`)
    report?.unreadable(name, feed)
    return undefined
  }
  seen.feeds++
  report?.read(name, feed)
  return feed
}

/** How files are translated: by no configuration but what was said. Without a zone, days begin in UTC. */
export function fileContext({ utility, timezone, currency, billing }: UtilityFacts): TranslateContext {
  const identify = keyedIds(FILE_KEY, utility?.id ?? 'file')
  return {
    identify,
    authorizationKey: undefined,
    timezone: timezone ?? 'UTC',
    entity: utility ? toEntity(utility, identify) : null,
    ...(currency !== undefined && { currency }),
    billing,
  }
}

/** Translates feeds as one and writes all objects. */
export async function writeTranslation(
  feeds: readonly EspiFeed[],
  stream: Writable,
  { options, now, zone, facts }: TranslateCall,
  watcher?: Watcher,
): Promise<Written> {
  const translation = startTranslation(feeds, {
    ...fileContext(facts),
    segmentLength: segmentLengthOf(options),
  })
  const output = newObjectOutput(formatOf(options), stream, {
    pretty: options.pretty ?? false,
    calendar: localCalendar(zone),
    usagePointPaths: translation.usagePointPaths,
  })
  const stamps = { cds_created: now, cds_modified: now, cds_synced: now }
  return await writeObjects(translation, { output, stamps, watcher })
}
