import { Column, PAGE_ROWS } from './column.ts'

/** With larger ones a page that goes on otherwise would need more than 4 bytes a row; it is 24 days. */
const LARGEST_STEP = 2 ** 31 / PAGE_ROWS

/**
 * Integers that mostly grow by equal steps, such as the starts of readings, appended row by row. Each page of rows has a
 * first integer and a step, and only how far a row is from there is kept: nothing where readings follow each other.
 */
export class Progression {
  private readonly firsts: number[] = []
  private readonly steps: number[] = []
  private readonly differences = new Column()

  /** The rows must come in order, each once. */
  append(row: number, integer: number): void {
    const at = row % PAGE_ROWS
    const page = (row - at) / PAGE_ROWS
    if (at === 0) {
      this.firsts.push(integer)
      this.steps.push(0)
    } else if (at === 1) this.steps[page] = stepBetween(this.firsts[page] ?? 0, integer)
    this.differences.set(row, integer - this.expected(page, at))
  }

  get(row: number): number {
    const at = row % PAGE_ROWS
    return this.expected((row - at) / PAGE_ROWS, at) + this.differences.get(row)
  }

  private expected(page: number, at: number): number {
    return (this.firsts[page] ?? 0) + (this.steps[page] ?? 0) * at
  }
}

function stepBetween(first: number, second: number): number {
  const step = second - first
  return Math.abs(step) < LARGEST_STEP ? step : 0
}
