import { appended } from './appended.ts'
import { inSeconds, parseInteger } from './integers.ts'
import type { BlockFault, IntervalBlock } from './model.ts'
import type { Name } from './names.ts'
import type { Readings, SmallColumn } from './readings.ts'

const READING_FIELDS: ReadonlySet<string> = new Set(['value', 'cost', 'tou', 'consumptionTier', 'cpp'])
const CODES: readonly SmallColumn[] = ['quality', 'tou', 'consumptionTier', 'cpp']
/** Elements that may stand anywhere and hold nothing of a reading (XSD Object). */
const HARMLESS: ReadonlySet<string> = new Set(['extension', 'batchItemInfo'])

/** There are many blocks, and hardly one has a fault. */
const NO_FAULTS: BlockFault[] = []

/** The texts of one IntervalReading, as they stand. */
interface Draft {
  start?: string
  duration?: string
  value?: string
  cost?: string
  quality?: string
  tou?: string
  consumptionTier?: string
  cpp?: string
}

/**
 * Takes the elements inside one IntervalBlock and fills rows. A record that cannot be read exactly becomes a fault of
 * the block and costs no other.
 */
export class BlockReader {
  readonly block: IntervalBlock & { faults: BlockFault[] }
  private readonly readings: Readings
  private readonly path: string[] = []
  private text = ''
  private skipped = 0
  private draft: Draft = {}

  constructor(readings: Readings) {
    this.readings = readings
    const from = readings.length
    this.block = {
      type: 'intervalBlock',
      name: 'IntervalBlock',
      start: undefined,
      duration: undefined,
      from,
      to: from,
      faults: NO_FAULTS,
    }
  }

  open(name: Name): void {
    this.text = ''
    if (this.skipped > 0 || !this.isKnown(name)) {
      if (this.skipped === 0 && !HARMLESS.has(name.local))
        this.fault('unknown_element', `IntervalBlock.${name.local.slice(0, 64)}`)
      this.skipped++
      return
    }
    this.path.push(name.local)
    if (name.local === 'IntervalReading') this.draft = {}
  }

  addText(text: string): void {
    this.text += text
  }

  close(): void {
    if (this.skipped > 0) {
      this.skipped--
      return
    }
    const element = this.path.pop()
    if (element === 'IntervalReading') this.finishReading()
    else if (element !== undefined) this.keep(element)
    this.text = ''
  }

  private isKnown(name: Name): boolean {
    if (!mayBeUsage(name)) return false
    const { local } = name
    switch (this.path.at(-1)) {
      case undefined:
        return local === 'interval' || local === 'IntervalReading'
      case 'interval':
      case 'timePeriod':
        return local === 'start' || local === 'duration'
      case 'IntervalReading':
        return local === 'timePeriod' || local === 'ReadingQuality' || READING_FIELDS.has(local)
      case 'ReadingQuality':
        return local === 'quality'
      default:
        return false
    }
  }

  private keep(element: string): void {
    const text = this.text.trim()
    if (text === '') return
    if (this.path.at(-1) === 'interval') this.keepBlockTime(element, text)
    else if (element === 'quality' && this.draft.quality !== undefined && this.draft.quality !== text) {
      // Spec silent: of several qualities of one reading we keep the first and say so.
      this.fault('several_qualities', 'ReadingQuality.quality', text)
    } else if (isField(element)) this.draft[element] = text
  }

  private keepBlockTime(element: string, text: string): void {
    const time = parseInteger(text)
    if (typeof time !== 'number' || time < 0) this.fault('timestamp_not_integer', `interval.${element}`, text)
    else if (element === 'start') this.block.start = inSeconds(time)
    else this.block.duration = time
  }

  private finishReading(): void {
    const { draft } = this
    const value = this.valueOf(draft)
    const start = value === undefined ? undefined : this.startOf(draft)
    const duration = start === undefined ? undefined : this.timeOf(draft.duration, 'timePeriod.duration')
    if (value === undefined || start === undefined || duration === undefined) return
    const row = this.readings.add(start, duration, value)
    this.block.to = this.readings.length
    this.keepCost(row, draft.cost)
    for (const column of CODES) this.keepCode(column, row, draft[column])
  }

  private valueOf({ value }: Draft): number | bigint | undefined {
    const integer = value === undefined ? undefined : parseInteger(value)
    if (value === undefined) this.fault('value_missing', 'IntervalReading.value')
    else if (integer === undefined) this.fault('value_not_integer', 'IntervalReading.value', value)
    return integer
  }

  /** -1 stands for "not given": the reading then follows the one before it (XSD IntervalReading.timePeriod). */
  private startOf({ start }: Draft): number | undefined {
    const time = this.timeOf(start, 'timePeriod.start')
    if (time === undefined || Number.isInteger(inSeconds(time))) return time && inSeconds(time)
    this.fault('timestamp_not_integer', 'IntervalReading.timePeriod.start', start)
    return undefined
  }

  private timeOf(text: string | undefined, field: string): number | undefined {
    if (text === undefined) return -1
    const time = parseInteger(text)
    if (typeof time === 'number' && time >= 0) return time
    this.fault('timestamp_not_integer', `IntervalReading.${field}`, text)
    return undefined
  }

  private keepCost(row: number, text: string | undefined): void {
    if (text === undefined) return
    const cost = parseInteger(text)
    if (cost === undefined) this.fault('cost_not_integer', 'IntervalReading.cost', text)
    else this.readings.setCost(row, cost)
  }

  private keepCode(column: SmallColumn, row: number, text: string | undefined): void {
    if (text === undefined) return
    const code = parseInteger(text)
    if (typeof code === 'number' && Math.abs(code) < 2 ** 31) this.readings.setSmall(column, row, code)
    else this.fault('code_not_integer', `IntervalReading.${column}`, text)
  }

  private fault(code: string, field: string, value?: string): void {
    const { faults } = this.block
    const known = faults.find((fault) => fault.code === code && fault.field === field)
    if (known) known.count++
    else this.block.faults = appended(faults, { code, field, value, count: 1 })
  }
}

/** The place of an element decides: real feeds lose declarations, or declare Atom for all. */
export function mayBeUsage({ vocabulary }: Name): boolean {
  return vocabulary !== 'foreign' && vocabulary !== 'customer'
}

const FIELDS: Readonly<Record<keyof Draft, true>> = {
  start: true,
  duration: true,
  value: true,
  cost: true,
  quality: true,
  tou: true,
  consumptionTier: true,
  cpp: true,
}

function isField(element: string): element is keyof Draft {
  return Object.hasOwn(FIELDS, element)
}
