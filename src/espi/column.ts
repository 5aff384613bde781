/** Stands for "not given": no integer a column can hold. */
export const ABSENT = Number.NEGATIVE_INFINITY

const PAGE_BITS = 12
const ROWS = 2 ** PAGE_BITS
const IN_PAGE = ROWS - 1

/** Rows of one width. Integers up to `limit` either way fit, and `absent` stands for none. */
interface Page {
  integers: Int8Array | Int16Array | Int32Array | Float64Array
  limit: number
  absent: number
}

/**
 * Integers a double holds exactly, one per row, in pages that take 1, 2, 4 or 8 bytes a row: as many as their largest needs.
 * Rows never written are ABSENT, and a page without any takes no memory. Growing copies at most one page.
 */
export class Column {
  private readonly pages: (Page | undefined)[] = []

  /** ABSENT where nothing was written. */
  get(row: number): number {
    const page = this.pages[row >>> PAGE_BITS]
    if (page === undefined) return ABSENT
    const integer = page.integers[row & IN_PAGE]
    return integer === undefined || integer === page.absent ? ABSENT : integer
  }

  set(row: number, integer: number): void {
    const index = row >>> PAGE_BITS
    let page = this.pages[index]
    if (page === undefined || integer > page.limit || integer < -page.limit) {
      page = widened(page, integer)
      while (this.pages.length < index) this.pages.push(undefined)
      this.pages[index] = page
    }
    page.integers[row & IN_PAGE] = integer
  }
}

function widened(old: Page | undefined, integer: number): Page {
  const page = newPage(Math.max(Math.abs(integer), old?.limit ?? 0))
  page.integers.fill(page.absent)
  for (let row = 0; old && row < ROWS; row++) {
    const kept = old.integers[row] ?? old.absent
    if (kept !== old.absent) page.integers[row] = kept
  }
  return page
}

/** Three byte widths whose least integer stands for none; in a double, minus infinity does. */
function newPage(limit: number): Page {
  if (limit <= 127) return { integers: new Int8Array(ROWS), limit: 127, absent: -128 }
  if (limit <= 32_767) return { integers: new Int16Array(ROWS), limit: 32_767, absent: -32_768 }
  if (limit < 2 ** 31) return { integers: new Int32Array(ROWS), limit: 2 ** 31 - 1, absent: -(2 ** 31) }
  return { integers: new Float64Array(ROWS), limit: Number.MAX_VALUE, absent: ABSENT }
}
