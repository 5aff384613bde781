/** Stands for "not given". */
export const ABSENT = -2147483648

const PAGE_BITS = 12
const PAGE = 2 ** PAGE_BITS
const IN_PAGE = PAGE - 1

/**
 * Integers a double holds exactly, one per row, in pages of 4 bytes a row, or 8 where a page holds an integer beyond 32
 * bits. Rows never written are ABSENT, and a page without any takes no memory. Growing copies nothing.
 */
export class Column {
  private readonly pages: (Int32Array | Float64Array | undefined)[] = []

  /** ABSENT where nothing was written. */
  get(row: number): number {
    const page = this.pages[row >>> PAGE_BITS]
    return page === undefined ? ABSENT : (page[row & IN_PAGE] ?? ABSENT)
  }

  set(row: number, integer: number): void {
    const index = row >>> PAGE_BITS
    let page = this.pages[index]
    if (page === undefined || ((integer | 0) !== integer && page instanceof Int32Array)) {
      page = this.newPage(index, page, (integer | 0) !== integer)
    }
    page[row & IN_PAGE] = integer
  }

  private newPage(
    index: number,
    old: Int32Array | Float64Array | undefined,
    wide: boolean,
  ): Int32Array | Float64Array {
    const page = (wide ? new Float64Array(PAGE) : new Int32Array(PAGE)).fill(ABSENT)
    if (old) page.set(old)
    while (this.pages.length < index) this.pages.push(undefined)
    this.pages[index] = page
    return page
  }
}
