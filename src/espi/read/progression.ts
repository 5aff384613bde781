import { Column, PAGE_BITS, PAGE_ROWS } from './column.ts'

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
  /** Of the page that grows. */
  private first = 0
  private step = 0

  /** The rows must come in order, each once. */
  append(row: number, integer: number): void {
    const at = row & (PAGE_ROWS - 1)
    if (at === 0) this.beginPage(integer)
    else if (at === 1) this.setStep(row >>> PAGE_BITS, integer - this.first)
    this.differences.set(row, integer - this.first - this.step * at)
  }

  get(row: number): number {
    const page = row >>> PAGE_BITS
    const at = row & (PAGE_ROWS - 1)
    return (this.firsts[page] ?? 0) + (this.steps[page] ?? 0) * at + this.differences.get(row)
  }

  private beginPage(first: number): void {
    this.firsts.push(first)
    this.steps.push(0)
    this.first = first
    this.step = 0
  }

  private setStep(page: number, step: number): void {
    this.step = Math.abs(step) < LARGEST_STEP ? step : 0
    this.steps[page] = this.step
  }
}
