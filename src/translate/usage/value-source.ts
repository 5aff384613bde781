import type { Columns } from './columns.ts'
import type { SlotGroup } from './slot-groups.ts'

/** A group of slots with its columns, and the time it covers. */
export interface ValueSource {
  group: SlotGroup
  columns: Columns
  start: number
  end: number
}
