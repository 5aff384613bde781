import { ABSENT, Column } from './read/column.ts'
import { Progression } from './read/progression.ts'

/**
 * All interval readings of a feed as columns: 2 bytes a reading with values below 2^15 (4 below 2^31), as many for cost, 1
 * for each of quality, tou, consumptionTier and cpp that varies, and up to 4 for starts that do not follow each other.
 * Integers beyond 2^53 live exact in maps.
 */
export class Readings {
  length = 0
  private readonly starts = new Progression()
  private readonly durations = new Column()
  private readonly values = new Column()
  private readonly costs = new Column()
  private readonly small: Record<SmallColumn, Column> = {
    quality: new Column(),
    tou: new Column(),
    consumptionTier: new Column(),
    cpp: new Column(),
  }
  private readonly bigValues = new Map<number, bigint>()
  private readonly bigCosts = new Map<number, bigint>()

  /** Appends one reading and gives its row. `start` and `duration` -1 stand for "not given". */
  add(start: number, duration: number, value: number | bigint): number {
    const row = this.length++
    this.starts.append(row, start)
    this.durations.set(row, duration)
    if (typeof value === 'number') this.values.set(row, value)
    else this.bigValues.set(row, value)
    return row
  }

  setCost(row: number, cost: number | bigint): void {
    if (typeof cost === 'number') this.costs.set(row, cost)
    else this.bigCosts.set(row, cost)
  }

  setSmall(column: SmallColumn, row: number, code: number): void {
    this.small[column].set(row, code)
  }

  /** Epoch seconds; negative when the reading gives none. */
  start(row: number): number {
    return this.starts.get(row)
  }

  /** Seconds, or undefined when the reading gives none. */
  duration(row: number): number | undefined {
    const duration = this.durations.get(row)
    return duration < 0 ? undefined : duration
  }

  value(row: number): bigint {
    return this.bigValues.get(row) ?? BigInt(this.values.get(row))
  }

  /** The value as a number, or undefined where no double holds it. */
  smallValue(row: number): number | undefined {
    const value = this.values.get(row)
    return value === ABSENT ? undefined : value
  }

  cost(row: number): bigint | undefined {
    const cost = this.costs.get(row)
    return cost === ABSENT ? this.bigCosts.get(row) : BigInt(cost)
  }

  /** The cost as a number, or undefined where there is none or no double holds it. */
  smallCost(row: number): number | undefined {
    const cost = this.costs.get(row)
    return cost === ABSENT ? undefined : cost
  }

  hasCost(row: number): boolean {
    return this.costs.get(row) !== ABSENT || this.bigCosts.has(row)
  }

  code(column: SmallColumn, row: number): number | undefined {
    const code = this.small[column].get(row)
    return code === ABSENT ? undefined : code
  }
}

/** The XSD's names of the integer codes a reading may carry. */
export type SmallColumn = 'quality' | 'tou' | 'consumptionTier' | 'cpp'
