/** Stands for "not given": no integer a column can hold. */
export const ABSENT = Number.NEGATIVE_INFINITY

export const PAGE_BITS = 10
export const PAGE_ROWS = 2 ** PAGE_BITS

type Integers = Int8Array | Int16Array | Int32Array | Float64Array

/** First a run of equal integers; from the first other one on an integer for every row, up to `limit` either way. */
interface Page {
  integer: number
  /** Length of the run; SPREAD when there is none any more. */
  count: number
  integers: Integers
  limit: number
  /** Stands for none among the integers. */
  absent: number
}

const SPREAD = -1

/**
 * Integers a double holds exactly, one per row, in pages that take 1, 2, 4 or 8 bytes a row: as many as their largest needs,
 * and none at all where every row holds the same. Rows never written are ABSENT. Growing copies at most one page.
 */
export class Column {
  private readonly pages: (Page | undefined)[] = []

  /** ABSENT where nothing was written. */
  get(row: number): number {
    const page = this.pages[row >>> PAGE_BITS]
    if (page === undefined) return ABSENT
    const at = row & (PAGE_ROWS - 1)
    if (page.count !== SPREAD) return at < page.count ? page.integer : ABSENT
    const integer = page.integers[at]
    return integer === undefined || integer === page.absent ? ABSENT : integer
  }

  set(row: number, integer: number): void {
    const page = this.pages[row >>> PAGE_BITS] ?? this.addPage(row >>> PAGE_BITS, integer)
    const at = row & (PAGE_ROWS - 1)
    if (page.count !== SPREAD) {
      if (integer === page.integer && at <= page.count) {
        if (at === page.count) page.count++
        return
      }
      spreadOut(page, integer)
    } else if (integer > page.limit || integer < -page.limit) widen(page, integer)
    page.integers[at] = integer
  }

  private addPage(index: number, integer: number): Page {
    const page = { integer, count: 0, ...NOTHING }
    while (this.pages.length < index) this.pages.push(undefined)
    this.pages[index] = page
    return page
  }
}

type Width = Pick<Page, 'integers' | 'limit' | 'absent'>

const NOTHING: Width = { integers: new Int8Array(0), limit: 0, absent: 0 }

function spreadOut(page: Page, other: number): void {
  const { integer, count } = page
  Object.assign(page, widthFor(Math.max(Math.abs(integer), Math.abs(other))))
  page.integers.fill(page.absent, count)
  page.integers.fill(integer, 0, count)
  page.count = SPREAD
}

function widen(page: Page, integer: number): void {
  const { integers, absent } = page
  Object.assign(page, widthFor(Math.max(Math.abs(integer), page.limit)))
  for (let row = 0; row < PAGE_ROWS; row++) {
    const kept = integers[row] ?? absent
    page.integers[row] = kept === absent ? page.absent : kept
  }
}

/** Three byte widths whose least integer stands for none; in a double, minus infinity does. */
function widthFor(limit: number): Width {
  if (limit <= 127) return { integers: new Int8Array(PAGE_ROWS), limit: 127, absent: -128 }
  if (limit <= 32_767) return { integers: new Int16Array(PAGE_ROWS), limit: 32_767, absent: -32_768 }
  if (limit < 2 ** 31) return { integers: new Int32Array(PAGE_ROWS), limit: 2 ** 31 - 1, absent: -(2 ** 31) }
  return { integers: new Float64Array(PAGE_ROWS), limit: Number.MAX_VALUE, absent: ABSENT }
}
