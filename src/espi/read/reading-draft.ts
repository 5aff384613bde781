import { parseInteger } from '../integers.ts'
import type { Readings, SmallColumn } from '../readings.ts'
import type { BlockFaults } from './block-faults.ts'
import { parseBlockTime } from './block-time.ts'

const CODES: readonly SmallColumn[] = ['quality', 'tou', 'consumptionTier', 'cpp']

/** The elements of an IntervalReading that hold a text. */
interface Texts {
  start?: string
  duration?: string
  value?: string
  cost?: string
  quality?: string
  tou?: string
  consumptionTier?: string
  cpp?: string
}

export type ReadingField = keyof Texts

/**
 * The texts of the IntervalReading that is open, as they stand, until it closes and they become a row. A value or time that
 * cannot be read exactly costs this reading; a cost or code, itself alone.
 */
export class ReadingDraft {
  private readonly readings: Readings
  private readonly faults: BlockFaults
  private texts: Texts = {}

  constructor(readings: Readings, faults: BlockFaults) {
    this.readings = readings
    this.faults = faults
  }

  clear(): void {
    this.texts = {}
  }

  /** Spec silent: of several qualities of one reading, or of what ESPI has once, we keep the first and say so. */
  keep(element: ReadingField, text: string): void {
    const known = this.texts[element]
    if (known === undefined) this.texts[element] = text
    else if (known !== text && element === 'quality') {
      this.faults.add('several_qualities', 'ReadingQuality.quality', text)
    } else if (known !== text) this.faults.add('element_second', `IntervalReading.${element}`, text)
  }

  finish(): void {
    const value = this.value()
    const start = value === undefined ? undefined : this.time('start')
    const duration = start === undefined ? undefined : this.time('duration')
    if (value === undefined || start === undefined || duration === undefined) return
    const row = this.readings.add(start, duration, value)
    this.addCost(row)
    for (const column of CODES) this.addCode(column, row)
  }

  private value(): number | bigint | undefined {
    const { value } = this.texts
    const integer = value === undefined ? undefined : parseInteger(value)
    if (value === undefined) this.faults.add('value_missing', 'IntervalReading.value')
    else if (integer === undefined) this.faults.add('value_not_integer', 'IntervalReading.value', value)
    return integer
  }

  private time(name: 'start' | 'duration'): number | undefined {
    return parseBlockTime(this.texts[name], `IntervalReading.timePeriod.${name}`, this.faults)
  }

  private addCost(row: number): void {
    const { cost } = this.texts
    if (cost === undefined) return
    const integer = parseInteger(cost)
    if (integer === undefined) this.faults.add('cost_not_integer', 'IntervalReading.cost', cost)
    else this.readings.setCost(row, integer)
  }

  private addCode(column: SmallColumn, row: number): void {
    const text = this.texts[column]
    if (text === undefined) return
    const code = parseInteger(text)
    if (typeof code === 'number' && Math.abs(code) < 2 ** 31) this.readings.setSmall(column, row, code)
    else this.faults.add('code_not_integer', `IntervalReading.${column}`, text)
  }
}

const FIELDS: Readonly<Record<ReadingField, true>> = {
  start: true,
  duration: true,
  value: true,
  cost: true,
  quality: true,
  tou: true,
  consumptionTier: true,
  cpp: true,
}

/** Whether an element inside a block holds a text: start and duration do, of the block too. */
export function isReadingField(element: string): element is ReadingField {
  return Object.hasOwn(FIELDS, element)
}
