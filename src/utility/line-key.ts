/** The name of a line of a bill: `Previous Balance ($)` and `previous balance` are one. */
export function lineKey(note: string): string {
  return note
    .toLowerCase()
    .replace(/\(\$\)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
