/** Stands for "not given" in the small integer columns. */
export const ABSENT = -2147483648

const FIRST_ROWS = 256

/**
 * All interval readings of a feed as columns: 24 bytes a reading, 4 more for each of quality, tou, consumptionTier, cpp
 * and 8 for cost where a feed has them. Integers beyond 2^53 live exact in `big`.
 */
export class Readings {
  length = 0
  private capacity = FIRST_ROWS
  private starts = new Float64Array(FIRST_ROWS)
  private durations = new Float64Array(FIRST_ROWS)
  private values = new Float64Array(FIRST_ROWS)
  private costs: Float64Array | undefined
  private readonly small = new Map<SmallColumn, Int32Array>()
  private readonly bigValues = new Map<number, bigint>()
  private readonly bigCosts = new Map<number, bigint>()

  /** Appends one reading and gives its row. `duration` -1 stands for "not given". */
  add(start: number, duration: number, value: number | bigint): number {
    if (this.length === this.capacity) this.grow()
    const row = this.length++
    this.starts[row] = start
    this.durations[row] = duration
    if (typeof value === 'number') this.values[row] = value
    else this.bigValues.set(row, value)
    return row
  }

  setCost(row: number, cost: number | bigint): void {
    this.costs ??= new Float64Array(this.capacity).fill(Number.NaN)
    if (typeof cost === 'number') this.costs[row] = cost
    else this.bigCosts.set(row, cost)
  }

  setSmall(column: SmallColumn, row: number, code: number): void {
    let codes = this.small.get(column)
    if (!codes) {
      codes = new Int32Array(this.capacity).fill(ABSENT)
      this.small.set(column, codes)
    }
    codes[row] = code
  }

  /** Epoch seconds. */
  start(row: number): number {
    return this.starts[row] ?? Number.NaN
  }

  /** Seconds, or undefined when the reading gives none. */
  duration(row: number): number | undefined {
    const duration = this.durations[row] ?? -1
    return duration < 0 ? undefined : duration
  }

  value(row: number): bigint {
    return this.bigValues.get(row) ?? BigInt(this.values[row] ?? 0)
  }

  cost(row: number): bigint | undefined {
    const cost = this.costs?.[row]
    if (cost !== undefined && !Number.isNaN(cost)) return BigInt(cost)
    return this.bigCosts.get(row)
  }

  code(column: SmallColumn, row: number): number | undefined {
    const code = this.small.get(column)?.[row]
    return code === undefined || code === ABSENT ? undefined : code
  }

  private grow(): void {
    this.capacity *= 2
    this.starts = grown(this.starts, new Float64Array(this.capacity))
    this.durations = grown(this.durations, new Float64Array(this.capacity))
    this.values = grown(this.values, new Float64Array(this.capacity))
    if (this.costs) this.costs = grown(this.costs, new Float64Array(this.capacity).fill(Number.NaN))
    for (const [column, codes] of this.small) {
      this.small.set(column, grown(codes, new Int32Array(this.capacity).fill(ABSENT)))
    }
  }
}

/** The XSD's names of the integer codes a reading may carry. */
export type SmallColumn = 'quality' | 'tou' | 'consumptionTier' | 'cpp'

function grown<T extends Float64Array | Int32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
