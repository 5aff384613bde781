import type { BillSection } from '../cds/wire/bill-section.ts'
import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import { isNoticed } from '../translate/refusals.ts'
import type { Translation } from '../translate/translate-feed.ts'
import type { Refused, Unstamped } from '../translate/translated.ts'
import type { ObjectOutput } from './object-output.ts'

type Stamps = Record<'cds_created' | 'cds_modified' | 'cds_synced', string>

/** How many objects of each kind were written, what was refused, and what was noticed without being lost. */
export interface Written {
  counts: Record<string, number>
  refused: readonly Refused[]
  noticed: readonly Refused[]
}

/** Sees every object on its way, for the report. */
export interface Watcher {
  /** Paths of usage points in their feed, by the ids of their service points. */
  usagePoints(paths: ReadonlyMap<string, string>): void
  object(list: string, object: object): void
  billSection(section: Unstamped<BillSection>): void
  usageSegment(segment: Unstamped<UsageSegment>): void
}

interface Writing {
  output: ObjectOutput
  stamps: Stamps
  watcher: Watcher | undefined
}

/** Writes all objects of a translation, stamped, in the order of the specification's lists, then what was refused and noticed. */
export async function writeObjects(
  translation: Translation,
  { output, stamps, watcher }: Writing,
): Promise<Written> {
  const counts: Record<string, number> = {}
  watcher?.usagePoints(translation.usagePointPaths)
  for (const [name, objects] of listsOf(translation)) {
    for (const object of objects) watcher?.object(name, object)
    counts[name] = await output.list(
      name,
      objects.map((object) => ({ ...object, ...stamps })),
    )
  }
  for (const section of translation.billSections) watcher?.billSection(section)
  counts.usage_segments = await writeSegments(translation, { output, stamps, watcher })
  const { refused = [], noticed = [] } = Object.groupBy(translation.refused(), (record) =>
    isNoticed(record) ? 'noticed' : 'refused',
  )
  await output.list('refused', refused)
  await output.list('noticed', noticed)
  await output.end()
  return { counts, refused, noticed }
}

/** As texts where nobody wants to see the objects. */
function writeSegments(translation: Translation, { output, stamps, watcher }: Writing): Promise<number> {
  if (!watcher && output.usageSegmentTexts) {
    return output.usageSegmentTexts(translation.usageSegmentTexts(stamps))
  }
  return output.usageSegments(
    translation.usageSegments().map((segment) => {
      watcher?.usageSegment(segment)
      return { ...segment, ...stamps }
    }),
  )
}

function listsOf(translation: Translation): [string, readonly object[]][] {
  return [
    ['accounts', translation.accounts],
    ['service_contracts', translation.serviceContracts],
    ['service_points', translation.servicePoints],
    ['meter_devices', translation.meterDevices],
    ['bill_statements', translation.billStatements],
    ['bill_sections', translation.billSections],
  ]
}
