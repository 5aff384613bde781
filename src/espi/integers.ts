const INTEGER = /^[+-]?\d+$/
const EXACT_DIGITS = 15

/** XSD integer text becomes a number where that is exact, else a bigint; undefined when it is no integer. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  if (text.length <= EXACT_DIGITS) {
    const number = Number(text)
    return number === 0 ? 0 : number
  }
  const exact = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return exact >= Number.MIN_SAFE_INTEGER && exact <= Number.MAX_SAFE_INTEGER ? Number(exact) : exact
}
