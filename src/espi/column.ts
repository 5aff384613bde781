/** Stands for "not given": no integer a column can hold. */
export const ABSENT = Number.NEGATIVE_INFINITY

const PAGE_BITS = 10
export const PAGE_ROWS = 2 ** PAGE_BITS

/** A run of equal integers from the first row on, or, when `spread`, an integer for every row. */
interface Page {
  integer: number
  count: number
  spread: Spread | undefined
}

/** Rows of one width. Integers up to `limit` either way fit, and `absent` stands for none. */
interface Spread {
  integers: Int8Array | Int16Array | Int32Array | Float64Array
  limit: number
  absent: number
}

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
    const { spread } = page
    if (spread === undefined) return at < page.count ? page.integer : ABSENT
    const integer = spread.integers[at]
    return integer === undefined || integer === spread.absent ? ABSENT : integer
  }

  set(row: number, integer: number): void {
    const page = this.pages[row >>> PAGE_BITS] ?? this.addPage(row >>> PAGE_BITS, integer)
    const at = row & (PAGE_ROWS - 1)
    let { spread } = page
    if (spread === undefined) {
      if (integer === page.integer && at <= page.count) {
        if (at === page.count) page.count++
        return
      }
      spread = spreadOut(page, integer)
    } else if (integer > spread.limit || integer < -spread.limit) spread = widened(spread, integer)
    page.spread = spread
    spread.integers[at] = integer
  }

  private addPage(index: number, integer: number): Page {
    const page = { integer, count: 0, spread: undefined }
    while (this.pages.length < index) this.pages.push(undefined)
    this.pages[index] = page
    return page
  }
}

function spreadOut({ integer, count }: Page, other: number): Spread {
  const spread = newSpread(Math.max(Math.abs(integer), Math.abs(other)))
  spread.integers.fill(integer, 0, count)
  return spread
}

function widened(old: Spread, integer: number): Spread {
  const spread = newSpread(Math.max(Math.abs(integer), old.limit))
  for (let row = 0; row < PAGE_ROWS; row++) {
    const kept = old.integers[row] ?? old.absent
    if (kept !== old.absent) spread.integers[row] = kept
  }
  return spread
}

/** Three byte widths whose least integer stands for none; in a double, minus infinity does. All rows are none. */
function newSpread(limit: number): Spread {
  const spread = narrowest(limit)
  spread.integers.fill(spread.absent)
  return spread
}

function narrowest(limit: number): Spread {
  if (limit <= 127) return { integers: new Int8Array(PAGE_ROWS), limit: 127, absent: -128 }
  if (limit <= 32_767) return { integers: new Int16Array(PAGE_ROWS), limit: 32_767, absent: -32_768 }
  if (limit < 2 ** 31) return { integers: new Int32Array(PAGE_ROWS), limit: 2 ** 31 - 1, absent: -(2 ** 31) }
  return { integers: new Float64Array(PAGE_ROWS), limit: Number.MAX_VALUE, absent: ABSENT }
}
