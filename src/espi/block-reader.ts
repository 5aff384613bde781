import { appended } from './appended.ts'
import { inSeconds, parseInteger } from './integers.ts'
import type { BlockFault, IntervalBlock } from './model.ts'
import type { Name } from './names.ts'
import type { Readings, SmallColumn } from './readings.ts'

const READING_FIELDS: ReadonlySet<string> = new Set(['value', 'cost', 'tou', 'consumptionTier', 'cpp'])
const CODES: readonly SmallColumn[] = ['quality', 'tou', 'consumptionTier', 'cpp']
/** Elements of XSD Object and IdentifiedObject, which say nothing of a reading; any other is unknown. */
const NOT_OF_READINGS: ReadonlyMap<string, string> = new Map([
  ['extension', 'extension_not_translated'],
  ['batchItemInfo', 'no_cds_field'],
  ['name', 'no_cds_field'],
])

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
  /** Whether the text has an element in it: then it is no number. */
  private broken = false
  private hasText = false
  private skipped = 0
  private draft: Draft = {}
  private readonly faults = new Map<string, BlockFault>()

  constructor(readings: Readings, unknownAttributes: readonly string[] | undefined) {
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
    this.refuseAttributes(this.block.name, unknownAttributes)
  }

  open(name: Name, unknownAttributes: readonly string[] | undefined): void {
    if (this.skipped > 0 || !this.isKnown(name)) {
      if (this.skipped === 0) this.refuse(name)
      this.broken = true
      this.skipped++
      return
    }
    this.refuseText()
    this.refuseAttributes(name.local, unknownAttributes)
    this.path.push(name.local)
    if (name.local === 'IntervalReading') this.draft = {}
  }

  addText(text: string): void {
    if (this.skipped === 0) this.text += text
  }

  close(): void {
    if (this.skipped > 0) {
      this.skipped--
      return
    }
    const element = this.path.pop()
    if (element !== undefined && isLeaf(element)) this.keep(element)
    else this.refuseText(element)
    if (element === 'IntervalReading') this.finishReading()
    this.text = ''
    this.broken = false
  }

  /** The block is closed. */
  end(): void {
    this.refuseText()
    if (this.hasText) this.fault('unexpected_text', 'IntervalBlock')
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

  private refuse({ local, vocabulary }: Name): void {
    const code = vocabulary === 'foreign' ? undefined : NOT_OF_READINGS.get(local)
    const parent = this.path.at(-1) ?? 'IntervalBlock'
    this.fault(code ?? 'unknown_element', `${parent}.${local.slice(0, 64)}`)
  }

  private refuseAttributes(element: string, unknown: readonly string[] = []): void {
    for (const name of unknown) this.fault('unknown_attribute', `${element}.@${name}`)
  }

  private keep(element: string): void {
    const text = this.text.trim()
    if (text === '' || this.broken) return
    if (this.path.at(-1) === 'interval') this.keepBlockTime(element === 'start' ? element : 'duration', text)
    else if (isLeaf(element)) this.keepField(element, text)
  }

  /** ESPI has no text between elements. That between the readings of a block counts once, however many pieces it came in. */
  private refuseText(element = this.path.at(-1)): void {
    if (this.text.trim() !== '') {
      if (element === undefined) this.hasText = true
      else this.fault('unexpected_text', element)
    }
    this.text = ''
    this.broken = false
  }

  /** Spec silent: of several qualities of one reading, or of what ESPI has once, we keep the first and say so. */
  private keepField(element: keyof Draft, text: string): void {
    const known = this.draft[element]
    if (known === undefined) this.draft[element] = text
    else if (known !== text && element === 'quality') {
      this.fault('several_qualities', 'ReadingQuality.quality', text)
    } else if (known !== text) this.fault('element_second', `IntervalReading.${element}`, text)
  }

  private keepBlockTime(name: 'start' | 'duration', text: string): void {
    const time = this.timeOf(text, `interval.${name}`, name === 'start')
    const known = this.block[name]
    if (time === undefined) return
    if (known === undefined) this.block[name] = time
    else if (known !== time) this.fault('element_second', `interval.${name}`, text)
  }

  private finishReading(): void {
    const { draft } = this
    const value = this.valueOf(draft)
    const start =
      value === undefined ? undefined : this.timeOf(draft.start, 'IntervalReading.timePeriod.start', true)
    const duration =
      start === undefined
        ? undefined
        : this.timeOf(draft.duration, 'IntervalReading.timePeriod.duration', false)
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

  /** Whole seconds, of milliseconds too where it is an instant; -1 stands for "not given" (XSD IntervalReading.timePeriod). */
  private timeOf(text: string | undefined, field: string, isInstant: boolean): number | undefined {
    if (text === undefined) return -1
    const given = parseInteger(text)
    const time = isInstant && typeof given === 'number' ? inSeconds(given) : given
    if (typeof time === 'number' && time >= 0 && Number.isInteger(time)) return time
    const isOutOfRange = typeof time === 'bigint' || (time !== undefined && time < 0)
    this.fault(isOutOfRange ? 'timestamp_out_of_range' : 'timestamp_not_integer', field, text)
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
    const key = `${code} ${field}`
    const known = this.faults.get(key)
    if (known) {
      known.count++
      return
    }
    const fault = { code, field, value, count: 1 }
    this.faults.set(key, fault)
    this.block.faults = appended(this.block.faults, fault)
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

/** Whether an element holds a text: start and duration do, of a block too. */
function isLeaf(element: string): element is keyof Draft {
  return Object.hasOwn(FIELDS, element)
}
