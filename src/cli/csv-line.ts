const NUMBER = /^-?\d+(?:\.\d+)?$/
/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r\n]/

/** Cells become one line of CSV, RFC 4180 §2: quoted where needed, CRLF at the end. */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`
}

/**
 * A text that a spreadsheet would run as a formula gets an apostrophe in front, which spreadsheets do not show. Numbers,
 * negative ones too, stay as they are.
 */
function csvCell(cell: unknown): string {
  if (cell === undefined || cell === null) return ''
  const text = String(cell)
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
