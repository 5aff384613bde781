import type { BlockItem } from '../link/kin.ts'
import type { SmallColumn } from '../readings.ts'
import type { MeterReading, UsagePoint } from '../resolved.ts'
import { canonicalItem } from './canonical-element.ts'
import { type CanonicalType, EFFECTIVE, toCanonicalType } from './canonical-type.ts'
import type { Fact, Holder, Origin } from './fact.ts'

/** What the feeds around a usage point say of it. */
export interface CanonicalContext {
  /** Currency where the feed names none. */
  currency: string
  /** Place of a feed among all, by its readings: documents come one after the other. */
  feedOrder(block: BlockItem): number
}

/** A block with what is said of its readings. */
interface TypedBlock {
  item: BlockItem
  type: CanonicalType
  origins: Origin[]
}

/** XSD IntervalReading.cost: hundred-thousandths of the currency, whatever powerOfTenMultiplier says. */
const COST_EXPONENT = -5

/**
 * All readings of a usage point, each with what its reading type says of it, however many meter readings and blocks they came
 * in. Of two for one place the later `updated` counts, then the later in the document.
 */
export function readingFacts({ meterReadings }: UsagePoint, context: CanonicalContext): Fact[] {
  const blocks = meterReadings.flatMap((reading) => typedBlocks(reading, context))
  blocks.sort(
    (a, b) =>
      a.item.entry.updated - b.item.entry.updated ||
      context.feedOrder(a.item) - context.feedOrder(b.item) ||
      a.item.entry.number - b.item.entry.number,
  )
  const byPlace = new Map<string, Fact[]>()
  for (const block of blocks) for (const [place, facts] of placedFacts(block)) byPlace.set(place, facts)
  return [...[...byPlace.values()].flat(), ...blocks.flatMap(faultFacts)]
}

/** What meter readings and reading types say beside the codes of readings; the codes of a type that has none explain nothing. */
export function readingParts({ meterReadings }: UsagePoint): Holder[] {
  return meterReadings.flatMap(({ item, readingType }) => {
    const meterReading = item ? [canonicalItem(item)] : []
    if (!readingType) return meterReading
    return [...meterReading, canonicalItem(readingType, EFFECTIVE)]
  })
}

function typedBlocks({ item, readingType, blocks }: MeterReading, context: CanonicalContext): TypedBlock[] {
  const type = toCanonicalType(readingType, context.currency)
  // A meter reading that did not come is named by the first of its blocks.
  const first = blocks.at(0)
  return Array.from(blocks, (block) => {
    const owners = [item, readingType].flatMap((owner): Origin[] =>
      owner ? [{ entry: owner.entry, path: [{ name: owner.element.name, id: owner.element }] }] : [],
    )
    if (!item && first) owners.push({ entry: first.entry, path: [{ name: 'MeterReading', id: first }] })
    const own = { entry: block.entry, path: [{ name: 'IntervalBlock', id: block.block }] }
    return { item: block, type, origins: [own, ...owners] }
  })
}

/** The readings of one block, by the place in which only one of them counts. */
function* placedFacts({ item: { block, readings }, type, origins }: TypedBlock): Generator<[string, Fact[]]> {
  const alone = block.to - block.from === 1 ? block.duration : undefined
  let next = block.start
  for (let row = block.from; row < block.to; row++) {
    const given = readings.start(row)
    const start = given >= 0 ? given : next
    // XSD: without an own duration, the reading type's interval; a block of one reading is as long as that.
    const duration = readings.duration(row) || type.intervalLength || alone
    if (start !== undefined && duration) next = start + duration
    const code = (name: SmallColumn, inherited: string): string => {
      const own = readings.code(name, row)
      const text = own === undefined ? inherited : String(own)
      // XSD: "Value 0 means not applicable".
      return text === '0' || text === '' ? '' : ` ${name}=${text}`
    }
    const lane = `${code('tou', type.tou)}${code('consumptionTier', type.consumptionTier)}${code('cpp', type.cpp)}`
    const own = readings.code('quality', row)
    const quality = own === undefined ? type.quality : String(own)
    const place = `${type.codes} | ${start ?? '?'} + ${duration ?? '?'}${lane}`
    const value = decimalText(readings.value(row), type.powerOfTen)
    const money = type.isMoney ? ` ${type.currency}` : ''
    const facts = [
      { text: `reading ${place} | ${value}${money}${quality === '' ? '' : ` quality=${quality}`}`, origins },
    ]
    const cost = readings.cost(row)
    if (cost !== undefined) {
      facts.push({ text: `cost ${place} | ${decimalText(cost, COST_EXPONENT)} ${type.currency}`, origins })
    }
    yield [start === undefined || !duration ? `${place} ${row} ${block.from}` : place, facts]
  }
}

/** What of a block could not be read, as often as it happened. */
function faultFacts({ item: { block, entry } }: TypedBlock): Fact[] {
  return block.faults.flatMap(({ code, field, value, count }) =>
    Array.from({ length: count }, (_, at) => ({
      text: `unreadable ${code} ${field} ${value ?? ''}`,
      origins: [{ entry, path: field.split('.').map((name) => ({ name, id: [at] })) }],
    })),
  )
}

/** `value × 10^exponent` as one text for one number. */
function decimalText(value: bigint, exponent: number): string {
  if (value === 0n) return '0'
  const digits = value.toString()
  const significant = digits.replace(/0+$/, '')
  const power = exponent + digits.length - significant.length
  return power === 0 ? significant : `${significant}e${power}`
}
