import type { ValueObject, ValueSet } from '../../cds/wire/usage-segment.ts'
import type { Slots } from './slots.ts'
import { isNegated, memberOf } from './value-formats.ts'
import type { ValueSource } from './value-source.ts'

/** One value set per interval from start to end; a missing value holds its place with null (§10.8.3). */
export function toValueSets({ group, columns, start, end }: ValueSource): ValueSet[] {
  const { slots, order, interval } = group
  const width = columns.formats.length
  const sets = Array.from({ length: (end - start) / interval }, (): ValueSet => new Array(width).fill(null))
  for (const slot of order) {
    const set = sets[(slots.startOf(slot) - start) / interval]
    if (!set) throw new Error('a reading fell out of its own grid')
    const { index } = slots.seriesOf(slot)
    set[columns.columnOf[index] ?? 0] = toValueObject(slots, slot)
    const cost = columns.costColumnOf[index]
    if (cost !== undefined) set[cost] = toCostObject(slots, slot)
  }
  return sets
}

/** A slot's value as its format's value object, CDS-WG3-01 §10.8.4 #usage-segment-value-objects. */
function toValueObject(slots: Slots, slot: number): ValueObject {
  const series = slots.seriesOf(slot)
  const value = slots.valueOf(slot)
  const member = memberOf(series)
  if (member === 'r') return { r: value.toString() }
  return { [member]: isNegated(series.lane.stream.measurement) ? value.negate() : value }
}

function toCostObject(slots: Slots, slot: number): ValueObject | null {
  const cost = slots.costOf(slot)
  return cost ? { c: cost } : null
}
