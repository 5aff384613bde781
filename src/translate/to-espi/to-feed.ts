import { type WrittenEntry, writeFeed } from '../../espi/write-feed.ts'
import { type CdsObjects, datesOf, type ToEspiContext } from './cds-objects.ts'
import { customerEntries } from './customer-entries.ts'
import { toMeterReadingEntries } from './meter-readings.ts'
import { partEntries } from './part-entries.ts'
import { type Places, placesOf } from './places.ts'
import { isPowerQuality, toPowerQualityParts } from './power-quality.ts'
import { toStreams } from './streams.ts'
import { toElement } from './to-element.ts'
import { serviceTypeOf, toUsagePointEntries, usagePointHref } from './usage-point.ts'
import { toUsageSummaryParts } from './usage-summary.ts'

/** Where the resources of a feed lie that no server has. */
const BASE = '/espi/1_1/resource'

/** CDS objects become the text of an ESPI feed, piece by piece. What ESPI cannot say is in `unsaid` afterwards. */
export function toEspiFeed(
  objects: CdsObjects,
  { updated, ...context }: Omit<ToEspiContext, 'base'> & { updated: string },
): Generator<string> {
  return writeFeed({
    self: `${BASE}/Batch/Subscription/1`,
    title: 'Green Button feed',
    updated,
    entries: toEspiEntries(objects, { ...context, base: BASE }),
  })
}

/** CDS objects become the entries of an ESPI feed, usage first. What ESPI cannot say is in `context.unsaid` afterwards. */
export function* toEspiEntries(objects: CdsObjects, context: ToEspiContext): Generator<WrittenEntry> {
  const places = placesOf(objects, context.unsaid)
  for (const statement of objects.billStatements) {
    // Ours are made of their sections.
    if (statement.espi_statement_date_source !== undefined) continue
    const object = `bill_statement ${statement.cds_billstatement_id}`
    context.unsaid.add(object, 'bill_statement', 'ESPI has no element for it; its sections are written')
  }
  yield* usageEntries(objects, places, context)
  yield* customerEntries(objects, places, context)
}

function* usageEntries(objects: CdsObjects, places: Places, context: ToEspiContext): Generator<WrittenEntry> {
  const { base, unsaid } = context
  const segments = Map.groupBy(objects.usageSegments, (segment) =>
    places.of(`usage_segment ${segment.cds_usagesegment_id}`, segment.related_servicepoints),
  )
  const sections = Map.groupBy(objects.billSections, (section) =>
    places.of(`bill_section ${section.cds_billsection_id}`, section.related_servicepoints),
  )
  const known = new Set<string>()
  for (const place of places.all) {
    const usagePoint = usagePointHref(place, base)
    yield* toUsagePointEntries(place, context)
    const { readings = [], summaries = [] } = Object.groupBy(segments.get(place) ?? [], (segment) =>
      isPowerQuality(segment) ? 'summaries' : 'readings',
    )
    const streams = toStreams(readings, serviceTypeOf(place), unsaid)
    for (const [at, stream] of streams.entries()) {
      yield* toMeterReadingEntries(stream, { usagePoint, number: at + 1, base, known })
    }
    const quality = toPowerQualityParts(summaries, unsaid)
    yield* partEntries('ElectricPowerQualitySummary', quality, usagePoint)
    for (const section of sections.get(place) ?? []) {
      const element = toElement('UsageSummary', toUsageSummaryParts(section, context))
      const up = `${usagePoint}/UsageSummary`
      const self = `${up}/${encodeURIComponent(section.cds_billsection_id)}`
      yield { self, up, ...datesOf(section), payload: { element } }
    }
  }
}
