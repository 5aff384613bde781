import type { ReadingQualityType } from '../../cds/wire/usage-segment.ts'

/**
 * ESPI QualityOfReading to CDS-WG3-01 §10.8.7.6 #usage-segment-reading-quality-types. Left out where CDS has no equal: 7 manually edited
 * (CDS `corrected` means after billing), 10 questionable, 12 projected, 13 mixed, 15 normalized for weather, 16 other;
 * the format then carries `espi_quality` alone.
 */
const QUALITIES: ReadonlyMap<number, ReadingQualityType> = new Map([
  [0, 'valid'],
  [8, 'estimated'],
  [9, 'estimated'],
  [11, 'calculated'],
  [14, 'raw'],
  [17, 'valid'],
  [18, 'valid'],
  [19, 'revenue'],
])

/** The ESPI code of a CDS quality that carries none: the first that becomes it. */
export function toQualityCode(quality: string): number | undefined {
  return [...QUALITIES].find(([, known]) => known === quality)?.[0]
}

/** An ESPI quality code becomes the CDS quality, undefined where CDS has none for it. */
export function toReadingQuality(code: number): ReadingQualityType | undefined {
  return QUALITIES.get(code)
}
