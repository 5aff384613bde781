import type { AnyUsageSegment, AnyValueFormat } from '../../cds/wire/any-object.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { Decimal } from '../../shared/decimal.ts'
import { toQualityCode } from '../usage/quality.ts'
import { toEpoch } from './cds-objects.ts'
import { costIndexes, costsOf, toCostColumns } from './cost-columns.ts'
import { codeOf, type ReadingColumn, toReadingColumn } from './reading-type.ts'
import type { Unsaid } from './unsaid.ts'

/** One reading, its value in the units of the stream's ESPI unit times a power of ten. */
export interface DraftReading {
  start: number
  duration: number
  value: Decimal
  cost: bigint | undefined
  quality: number | undefined
  tou: number | undefined
  consumptionTier: number | undefined
  cpp: number | undefined
}

/** The readings of one MeterReading to be, a block for each segment. */
export interface Stream {
  codes: EspiObject
  /** ISO 4217 code of its costs. */
  currency: string | undefined
  /** Of all readings; undefined where they vary. */
  interval: number | undefined
  /** The least power of ten that all values are whole numbers of. */
  powerOfTen: number
  blocks: DraftReading[][]
}

const DAY = 86_400

/** The segments of one usage point become streams: one for each kind of reading, interval length and currency. */
export function toStreams(
  segments: readonly AnyUsageSegment[],
  serviceType: string | undefined,
  unsaid: Unsaid,
): Stream[] {
  const streams = new Map<string, Stream>()
  for (const segment of segments) {
    const object = `usage_segment ${segment.cds_usagesegment_id}`
    const columns = segment.formats.map((format) => toColumn(format, serviceType, object, unsaid))
    const blocks = new Map<Stream, DraftReading[]>()
    for (const { column, currency, reading } of readingsOf(segment, columns, object, unsaid)) {
      const stream = streamOf(streams, { codes: column.read.codes, currency, interval: reading.duration })
      stream.powerOfTen = Math.min(stream.powerOfTen, reading.value.exponent)
      const block = blocks.get(stream) ?? []
      block.push(reading)
      blocks.set(stream, block)
    }
    for (const [stream, block] of blocks) stream.blocks.push(block)
  }
  return [...streams.values()]
}

/** A column of a segment: a value format; what tells the cost of others has none. */
interface Column {
  read: ReadingColumn
  quality: number | undefined
  tou: number | undefined
  consumptionTier: number | undefined
  cpp: number | undefined
}

function toColumn(
  format: AnyValueFormat,
  serviceType: string | undefined,
  object: string,
  unsaid: Unsaid,
): Column | undefined {
  if (costIndexes(format).length > 0) return undefined
  const fields: Record<string, unknown> = { ...format }
  const read = toReadingColumn(format, serviceType)
  if (typeof read === 'string') {
    unsaid.add(object, `formats ${format.type}`, read)
    return undefined
  }
  unsaid.addFields(object, fields, ['tou', 'tier', 'season', 'register'])
  const told = typeof fields.quality === 'string' ? fields.quality : undefined
  const quality = codeOf(fields.espi_quality) ?? (told === undefined ? undefined : toQualityCode(told))
  if (told !== undefined && quality === undefined)
    unsaid.add(object, `quality ${told}`, 'ESPI has no code for it')
  return {
    read,
    quality,
    tou: codeOf(fields.espi_tou),
    consumptionTier: codeOf(fields.espi_tier),
    cpp: codeOf(fields.espi_cpp),
  }
}

interface Found {
  column: Column
  currency: string | undefined
  reading: DraftReading
}

function* readingsOf(
  segment: AnyUsageSegment,
  columns: readonly (Column | undefined)[],
  object: string,
  unsaid: Unsaid,
): Generator<Found> {
  const start = toEpoch(segment.segment_start)
  const duration = Number(segment.interval.toString())
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(duration) || duration <= 0) {
    unsaid.add(object, 'interval', 'ESPI has whole seconds', segment.values.length)
    return
  }
  const costColumns = toCostColumns(segment.formats)
  for (const [place, set] of segment.values.entries()) {
    const costs = costsOf(set, costColumns, object, unsaid)
    for (const [at, column] of columns.entries()) {
      const told = column && set[at]?.[column.read.member]
      if (!column || told === undefined) continue
      const value = toValue(told, column.read)
      if (!value) {
        unsaid.add(object, `values ${column.read.member}`, 'ESPI has no number in its own unit for it')
        continue
      }
      const { quality, tou, consumptionTier, cpp } = column
      const cost = costs.get(at)
      const reading = {
        start: start + place * duration,
        duration,
        value,
        cost: cost?.amount,
        quality,
        tou,
        consumptionTier,
        cpp,
      }
      yield { column, currency: cost?.currency ?? column.read.currency, reading }
    }
  }
}

function toValue(value: unknown, { conversion, negated }: ReadingColumn): Decimal | undefined {
  const decimal = typeof value === 'string' ? Decimal.parse(value) : value
  if (!(decimal instanceof Decimal)) return undefined
  const { coefficient, exponent } = negated ? decimal.negate() : decimal
  const factor = BigInt(conversion.factor)
  return coefficient % factor === 0n
    ? new Decimal(coefficient / factor, exponent - conversion.scale)
    : undefined
}

/** Readings without cost go with those of any currency. */
function streamOf(
  streams: Map<string, Stream>,
  { codes, currency, interval }: Pick<Stream, 'codes' | 'currency'> & { interval: number },
): Stream {
  // Billing periods have many lengths and are one kind of reading.
  const length = interval > DAY ? 'long' : interval
  const key = JSON.stringify([codes, length])
  const plain = streams.get(key)
  const fits =
    plain && (currency === undefined || plain.currency === undefined || plain.currency === currency)
  const ownKey = plain && !fits ? `${key}${currency}` : key
  const known = streams.get(ownKey)
  const stream = known ?? { codes, currency, interval, powerOfTen: Number.POSITIVE_INFINITY, blocks: [] }
  stream.currency ??= currency
  if (stream.interval !== interval) stream.interval = undefined
  streams.set(ownKey, stream)
  return stream
}
