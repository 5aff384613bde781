import { createHash } from 'node:crypto'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import type { WrittenBlock } from '../../espi/write-block.ts'
import type { WrittenEntry } from '../../espi/write-feed.ts'
import { currencyNumber } from '../../shared/currencies.ts'
import { wholeAt } from './cost-columns.ts'
import type { DraftReading, Stream } from './streams.ts'
import { givenParts, toElement } from './to-element.ts'

/** A stream becomes its MeterReading and IntervalBlocks, and the ReadingType unless `known` holds it already. */
export function* toMeterReadingEntries(
  stream: Stream,
  {
    usagePoint,
    number,
    base,
    known,
  }: { usagePoint: string; number: number; base: string; known: Set<string> },
): Generator<WrittenEntry> {
  const self = `${usagePoint}/MeterReading/${number}`
  const parts = toReadingTypeParts(stream)
  const type = `${base}/ReadingType/${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`
  yield {
    self,
    up: `${usagePoint}/MeterReading`,
    related: [`${self}/IntervalBlock`, type],
    payload: { element: toElement('MeterReading', {}) },
  }
  if (!known.has(type)) {
    known.add(type)
    yield {
      self: type,
      up: `${base}/ReadingType`,
      payload: { element: toElement('ReadingType', parts) },
    }
  }
  for (const [at, readings] of stream.blocks.entries()) {
    const block = toBlock(readings, stream.powerOfTen)
    yield { self: `${self}/IntervalBlock/${at + 1}`, up: `${self}/IntervalBlock`, payload: { block } }
  }
}

/** A stream's ReadingType: its codes, its scale, and what all its readings share. */
function toReadingTypeParts({ codes, currency, interval, powerOfTen }: Stream): EspiObject {
  const number = currency === undefined ? undefined : currencyNumber(currency)
  return {
    ...codes,
    ...givenParts({
      currency: number === undefined ? undefined : String(number),
      intervalLength: interval === undefined ? undefined : String(interval),
    }),
    powerOfTenMultiplier: String(powerOfTen),
  }
}

function toBlock(readings: readonly DraftReading[], powerOfTen: number): WrittenBlock {
  const start = Math.min(...readings.map((reading) => reading.start))
  const end = Math.max(...readings.map((reading) => reading.start + reading.duration))
  return {
    start,
    duration: end - start,
    readings: readings
      .values()
      .map((reading) => ({ ...reading, value: wholeAt(reading.value, powerOfTen) ?? 0n })),
  }
}
