import type { BlockFault } from '../model.ts'
import { appended } from './appended.ts'

/** There are many blocks, and hardly one has a fault. */
export const NO_FAULTS: BlockFault[] = []

/** What could not be read in one block: each kind of fault once, counted, with the first value that had it. */
export class BlockFaults {
  private readonly block: { faults: BlockFault[] }
  private known: Map<string, BlockFault> | undefined

  constructor(block: { faults: BlockFault[] }) {
    this.block = block
  }

  add(code: string, field: string, value?: string): void {
    const key = `${code} ${field}`
    this.known ??= new Map()
    const known = this.known.get(key)
    if (known) {
      known.count++
      return
    }
    const fault = { code, field, value, count: 1 }
    this.known.set(key, fault)
    this.block.faults = appended(this.block.faults, fault)
  }
}
