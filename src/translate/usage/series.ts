import type { Readings } from '../../espi/readings.ts'
import type { Measurement } from './measurement.ts'
import type { Source } from './sources.ts'

/** Readings of one usage point that measure the same thing the same way, however many MeterReadings they came in. */
export interface Stream {
  key: string
  measurement: Measurement
}

/** The readings of a stream that carry the same time of use, tier and critical peak: one value per interval. */
export interface Lane {
  key: string
  stream: Stream
  tou: number | undefined
  consumptionTier: number | undefined
  cpp: number | undefined
}

/** Readings that differ in nothing but time and value. */
export interface Series {
  /** Its place among all series of the usage point. */
  index: number
  lane: Lane
  quality: number | undefined
  /** Of the values, in the unit on the wire. */
  exponent: number
  currency: string | undefined
}

/** The series of one usage point, found by what a reading says of itself. */
export class SeriesFinder {
  readonly all: Series[] = []
  private readonly lanes = new Map<string, Lane>()
  private readonly byKey = new Map<string, Series>()
  private source: Source | undefined
  private last: Series | undefined

  find(source: Source, readings: Readings, row: number): Series {
    const { type } = source
    // Code 0 means "not applicable".
    const tou = (readings.code('tou', row) ?? type.tou) || undefined
    const consumptionTier = (readings.code('consumptionTier', row) ?? type.consumptionTier) || undefined
    const cpp = (readings.code('cpp', row) ?? type.cpp) || undefined
    const quality = readings.code('quality', row) ?? type.defaultQuality
    const { last } = this
    if (last && source === this.source && quality === last.quality) {
      const { lane } = last
      if (tou === lane.tou && consumptionTier === lane.consumptionTier && cpp === lane.cpp) return last
    }
    const series = this.seriesOf(source, this.laneOf(source, tou, consumptionTier, cpp), quality)
    this.source = source
    this.last = series
    return series
  }

  private seriesOf(source: Source, lane: Lane, quality: number | undefined): Series {
    const { currency, type, measurement } = source
    const exponent = type.powerOfTenMultiplier + measurement.scale
    const key = `${lane.key}|${quality ?? ''}|${exponent}|${currency ?? ''}`
    const known = this.byKey.get(key)
    if (known) return known
    const series = { index: this.all.length, lane, quality, exponent, currency }
    this.byKey.set(key, series)
    this.all.push(series)
    return series
  }

  private laneOf(
    { key: streamKey, measurement }: Source,
    tou: number | undefined,
    consumptionTier: number | undefined,
    cpp: number | undefined,
  ): Lane {
    const key = `${streamKey}|${tou ?? ''}|${consumptionTier ?? ''}|${cpp ?? ''}`
    const known = this.lanes.get(key)
    if (known) return known
    const lane = { key, stream: { key: streamKey, measurement }, tou, consumptionTier, cpp }
    this.lanes.set(key, lane)
    return lane
  }
}
