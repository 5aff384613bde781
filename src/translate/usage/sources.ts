import { currencies } from '../../espi/codes.ts'
import type { Blocks } from '../../espi/link/block-list.ts'
import type { MeterReading, UsagePoint } from '../../espi/resolved.ts'
import { isRefusalCode, Refusals, untranslatable } from '../refusals.ts'
import { type Measurement, toMeasurement } from './measurement.ts'
import { parseReadingType, type ReadingType, streamKey } from './reading-type.ts'
import { MONEY } from './targets.ts'

/** A meter reading whose readings can be translated, with what its ReadingType says of them. */
export interface Source {
  /** Of the stream. */
  key: string
  type: ReadingType
  measurement: Measurement
  currency: string | undefined
  blocks: Blocks
}

/** The meter readings of a usage point become sources; what has no unit or no meaning is refused. */
export function toSources(
  point: UsagePoint,
  serviceKind: number | undefined,
  currency: string | undefined,
  refusals: Refusals,
): Source[] {
  return point.meterReadings.flatMap((meterReading) => {
    refuseFaults(meterReading, refusals)
    return toSource(meterReading, serviceKind, currency, refusals) ?? []
  })
}

/** What a usage point measures, as far as its reading types can be translated; their readings need not be there. */
export function measurementsOf(point: UsagePoint, serviceKind: number | undefined): Measurement[] {
  const elsewhere = new Refusals()
  return point.meterReadings.flatMap(({ readingType }) => {
    if (!readingType || readingType.rivals.length > 0) return []
    const { entry, element } = readingType
    return elsewhere.attempt(entry, 1, () => toMeasurement(parseReadingType(element), serviceKind)) ?? []
  })
}

function toSource(
  { item, readingType, blocks }: MeterReading,
  serviceKind: number | undefined,
  defaultCurrency: string | undefined,
  refusals: Refusals,
): Source | undefined {
  const count = Iterator.from(blocks).reduce((sum, { block }) => sum + block.to - block.from, 0)
  const entry = item?.entry ?? blocks.at(0)?.entry
  if (count === 0 || !entry) return undefined
  if (!readingType) {
    refusals.add('reading_type_missing', entry, 'MeterReading', undefined, count)
    return undefined
  }
  if (readingType.rivals.length > 0) {
    refusals.add('ambiguous_reading_type', readingType.entry, 'ReadingType', undefined, count)
    return undefined
  }
  return refusals.attempt(readingType.entry, count, () => {
    const type = parseReadingType(readingType.element)
    const currency = type.currency ? currencies.get(type.currency) : defaultCurrency
    const measurement = toMeasurement(type, serviceKind)
    const source = { key: streamKey(type), type, currency, measurement, blocks }
    return type.uom === MONEY ? inCurrency(source) : source
  })
}

/** Money of two currencies is two streams. Where no CDS field names the currency, the format carries it. */
function inCurrency(source: Source): Source {
  const { key, currency, measurement } = source
  if (currency === undefined) throw untranslatable('currency_unknown', 'ReadingType.currency')
  const isNamed = measurement.type === 'cost' && !measurement.register
  const codes = isNamed ? measurement.codes : { ...measurement.codes, espi_currency: currency }
  return { ...source, key: `${key}|${currency}`, measurement: { ...measurement, codes } }
}

function refuseFaults({ blocks }: MeterReading, refusals: Refusals): void {
  for (const { block, entry } of blocks) {
    for (const { code, field, value, count } of block.faults) {
      if (!isRefusalCode(code)) throw new Error(`the reader reports an unlisted fault: ${code}`)
      refusals.add(code, entry, field, value, count)
    }
  }
}
