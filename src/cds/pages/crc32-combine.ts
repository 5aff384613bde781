/** The polynomial of CRC-32, reflected: x^0 is the highest bit (RFC 1952 §8). */
const POLYNOMIAL = 0xedb88320 | 0
const ONE = 1 << 31

/** x^(2^n) modulo the polynomial, for n from 0 to 31; x^(2^32) is x again. */
const SQUARES = squares()

/** What a CRC is multiplied by when so many bytes follow, for the lengths that parts of pages have; 0 is "not yet known". */
const shifts = new Int32Array(16_384)

/** The CRC-32 of a text from those of its two halves: `crcA` moves left by the length of the second, as in zlib's crc32_combine. */
export function crc32Combine(crcA: number, crcB: number, lengthB: number): number {
  return (multiply(shiftBy(lengthB), crcA) ^ crcB) >>> 0
}

function shiftBy(bytes: number): number {
  const known = shifts[bytes]
  if (known) return known
  const shift = powerOfX(bytes)
  if (bytes < shifts.length) shifts[bytes] = shift
  return shift
}

/** x^(8 × bytes) modulo the polynomial. */
function powerOfX(bytes: number): number {
  let power = ONE
  // Division, not a shift: a length may have more than 32 bits.
  for (let rest = bytes, n = 3; rest > 0; rest = Math.floor(rest / 2), n++) {
    if (rest % 2 === 1) power = multiply(SQUARES[n % 32] ?? 0, power)
  }
  return power
}

/** The product of two polynomials over GF(2), modulo that of CRC-32. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let rest = a, term = b; rest !== 0; rest <<= 1) {
    if (rest < 0) product ^= term
    term = (term >>> 1) ^ (POLYNOMIAL & -(term & 1))
  }
  return product
}

function squares(): Int32Array {
  const all = new Int32Array(32)
  for (let n = 0, power = 1 << 30; n < 32; n++, power = multiply(power, power)) all[n] = power
  return all
}
