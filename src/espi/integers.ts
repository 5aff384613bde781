/** The XSD's integers have 15 digits, or 19; a million would keep a processor busy for a second each. */
const INTEGER = /^[+-]?\d{1,1000}$/
const EXACT_DIGITS = 15

/** XSD integer text becomes a bigint; undefined when it is none, or of more than 1000 digits. */
export function parseBigInteger(text: string): bigint | undefined {
  return INTEGER.test(text) ? BigInt(text.startsWith('+') ? text.slice(1) : text) : undefined
}

/** XSD integer text becomes a number where that is exact, else a bigint; undefined when it is none, or of more than 1000 digits. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  if (text.length <= EXACT_DIGITS) {
    const number = Number(text)
    return number === 0 ? 0 : number
  }
  const exact = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return exact >= Number.MIN_SAFE_INTEGER && exact <= Number.MAX_SAFE_INTEGER ? Number(exact) : exact
}

const MILLISECONDS_FROM = 1e11

/** Some custodians write epoch milliseconds where the XSD says seconds; beyond 10^11 it cannot be seconds (year 5138). */
export function inSeconds(time: number): number {
  return time > MILLISECONDS_FROM ? time / 1000 : time
}
