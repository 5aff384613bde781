import { findElement, findText } from '../../espi/elements.ts'
import { parseInteger } from '../../espi/integers.ts'
import type { BlockItem, Item } from '../../espi/link/kin.ts'
import type { Element } from '../../espi/model.ts'
import { Readings } from '../../espi/readings.ts'
import type { UsagePoint } from '../../espi/resolved.ts'
import type { Refusals } from '../refusals.ts'
import { integerAt, type Period, periodAt, type Refuse } from '../summary-values.ts'
import { NO_READING_TYPE } from './reading-type.ts'
import type { Source } from './sources.ts'
import type { Units } from './targets.ts'

/**
 * What each element of an ElectricPowerQualitySummary is in, by the words of espi.xsd: the unit on the wire, and the power of ten
 * between both.
 */
export const powerQualityMeasures: Readonly<Record<string, { units: Units; scale: number }>> = {
  flickerPlt: { units: 'V', scale: -2 },
  // A severity without a dimension, in hundredths.
  flickerPst: { units: 'ratio', scale: -2 },
  // The XSD names no unit.
  harmonicVoltage: { units: 'unstated', scale: 0 },
  longInterruptions: { units: 'count', scale: 0 },
  mainsVoltage: { units: 'V', scale: -6 },
  powerFrequency: { units: 'Hz', scale: -6 },
  rapidVoltageChanges: { units: 'count', scale: 0 },
  shortInterruptions: { units: 'count', scale: 0 },
  supplyVoltageDips: { units: 'count', scale: 0 },
  supplyVoltageImbalance: { units: 'count', scale: 0 },
  supplyVoltageVariations: { units: 'count', scale: 0 },
  tempOvervoltage: { units: 'count', scale: 0 },
}

/** One summary as it was understood. */
interface Summary {
  item: Item
  period: Period
  protocol: number | undefined
  values: { measure: string; value: number | bigint }[]
}

/**
 * The ElectricPowerQualitySummaries of a usage point become sources of `espi_power_quality` values (CDS-WG3-01 §10.8.6
 * #usage-segment-value-type-description): each element given is a reading of its own over the summary's interval.
 */
export function toPowerQuality({ qualitySummaries }: UsagePoint, refusals: Refusals): Source[] {
  const readings = new Readings()
  return newestOf(qualitySummaries, refusals).flatMap((summary) =>
    summary.values.map(({ measure, value }) => toSource(summary, measure, blockOf(summary, readings, value))),
  )
}

/** Of several for one interval and protocol the later `updated` counts, then the later in the document. */
function newestOf(items: readonly Item[], refusals: Refusals): Summary[] {
  const byPeriod = new Map<string, Summary>()
  for (const item of items.toSorted((a, b) => a.entry.updated - b.entry.updated)) {
    const summary = toSummary(item, refusals)
    if (!summary) continue
    const { period, protocol } = summary
    const key = `${period.start}/${period.duration}/${protocol ?? ''}`
    const older = byPeriod.get(key)
    if (older && contentOf(older) !== contentOf(summary)) {
      refusals.add('duplicate_summary', older.item.entry, `${item.element.name}.summaryInterval`)
    }
    byPeriod.set(key, summary)
  }
  return [...byPeriod.values()]
}

function toSummary(item: Item, refusals: Refusals): Summary | undefined {
  const { element, entry } = item
  const refuse: Refuse = (code, field, value) => refusals.add(code, entry, field, value)
  const period = summaryPeriod(element, refuse)
  const protocol = integerAt(element, 'measurementProtocol', refuse)
  const values = Object.keys(powerQualityMeasures).flatMap((measure) => {
    const value = valueAt(element, measure, refuse)
    return value === undefined ? [] : [{ measure, value }]
  })
  if (values.length === 0) refuse('value_missing', element.name)
  if (!period) return undefined
  return { item, period, protocol: protocol === undefined ? undefined : Number(protocol), values }
}

function summaryPeriod(element: Element, refuse: Refuse): Period | undefined {
  const field = `${element.name}.summaryInterval`
  const period = periodAt(element, 'summaryInterval', refuse)
  if (period && period.duration > 0) return period
  const interval = findElement(element, 'summaryInterval')
  if (findText(interval, 'start') === undefined) refuse('timestamp_unknown', `${field}.start`)
  else if (period) refuse('duration_unknown', `${field}.duration`)
  return undefined
}

function valueAt(element: Element, measure: string, refuse: Refuse): number | bigint | undefined {
  const value = integerAt(element, measure, refuse)
  return value === undefined ? undefined : parseInteger(String(value))
}

function blockOf({ item, period }: Summary, readings: Readings, value: number | bigint): BlockItem {
  const row = readings.add(period.start, period.duration, value)
  const block = { type: 'intervalBlock', name: 'IntervalBlock', ...period, from: row, to: row + 1 } as const
  return { entry: item.entry, readings, place: row, block: { ...block, faults: [] } }
}

function toSource({ protocol }: Summary, measure: string, block: BlockItem): Source {
  const { units, scale } = powerQualityMeasures[measure] ?? { units: 'unstated', scale: 0 }
  return {
    key: `power_quality/${measure}/${protocol ?? ''}`,
    type: NO_READING_TYPE,
    currency: undefined,
    blocks: [block],
    measurement: {
      type: 'espi_power_quality',
      units,
      scale,
      factor: 1,
      commodity: 'electric',
      register: false,
      direction: undefined,
      demandType: undefined,
      codes: {
        espi_measure: measure,
        ...(protocol !== undefined && { espi_measurement_protocol: protocol }),
      },
    },
  }
}

function contentOf({ values }: Summary): string {
  return values.map(({ measure, value }) => `${measure} ${value}`).join('\n')
}
