import type { BlockFault, IntervalBlock } from '../model.ts'
import type { Readings } from '../readings.ts'
import { BlockFaults, NO_FAULTS } from './block-faults.ts'
import { parseBlockTime } from './block-time.ts'
import type { Name } from './names.ts'
import { isReadingField, ReadingDraft, type ReadingField } from './reading-draft.ts'

const READING_FIELDS: ReadonlySet<string> = new Set(['value', 'cost', 'tou', 'consumptionTier', 'cpp'])
/** Elements of XSD Object and IdentifiedObject, which say nothing of a reading; any other is unknown. */
const NOT_OF_READINGS: ReadonlyMap<string, string> = new Map([
  ['extension', 'extension_not_translated'],
  ['batchItemInfo', 'no_cds_field'],
  ['name', 'no_cds_field'],
])

/**
 * Takes the elements inside one IntervalBlock and fills rows. A record that cannot be read exactly becomes a fault of
 * the block and costs no other.
 */
export class BlockReader {
  readonly block: IntervalBlock & { faults: BlockFault[] }
  private readonly readings: Readings
  private readonly faults: BlockFaults
  private readonly draft: ReadingDraft
  private readonly path: string[] = []
  private text = ''
  /** Whether the text has an element in it: then it is no number. */
  private broken = false
  private hasText = false
  private skipped = 0

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
    this.faults = new BlockFaults(this.block)
    this.draft = new ReadingDraft(readings, this.faults)
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
    if (name.local === 'IntervalReading') this.draft.clear()
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
    if (element !== undefined && isReadingField(element)) this.keep(element)
    else this.refuseText(element)
    if (element === 'IntervalReading') this.finishReading()
    this.text = ''
    this.broken = false
  }

  /** The block is closed. */
  end(): void {
    this.refuseText()
    if (this.hasText) this.faults.add('unexpected_text', 'IntervalBlock')
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
    this.faults.add(code ?? 'unknown_element', `${parent}.${local.slice(0, 64)}`)
  }

  private refuseAttributes(element: string, unknown: readonly string[] = []): void {
    for (const name of unknown) this.faults.add('unknown_attribute', `${element}.@${name}`)
  }

  private keep(element: ReadingField): void {
    const text = this.text.trim()
    if (text === '' || this.broken) return
    if (this.path.at(-1) === 'interval') this.keepBlockTime(element === 'start' ? element : 'duration', text)
    else this.draft.keep(element, text)
  }

  /** ESPI has no text between elements. That between the readings of a block counts once, however many pieces it came in. */
  private refuseText(element = this.path.at(-1)): void {
    if (this.text.trim() !== '') {
      if (element === undefined) this.hasText = true
      else this.faults.add('unexpected_text', element)
    }
    this.text = ''
    this.broken = false
  }

  private keepBlockTime(name: 'start' | 'duration', text: string): void {
    const time = parseBlockTime(text, `interval.${name}`, this.faults)
    const known = this.block[name]
    if (time === undefined) return
    if (known === undefined) this.block[name] = time
    else if (known !== time) this.faults.add('element_second', `interval.${name}`, text)
  }

  private finishReading(): void {
    this.draft.finish()
    this.block.to = this.readings.length
  }
}

/** The place of an element decides: real feeds lose declarations, or declare Atom for all. */
export function mayBeUsage({ vocabulary }: Name): boolean {
  return vocabulary !== 'foreign' && vocabulary !== 'customer'
}
