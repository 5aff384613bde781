import { Decimal } from '../../shared/decimal.ts'

const [ZERO, MINUS, POINT] = [48, 45, 46] as const
const FIRST_SIZE = 2 ** 14
const INT32_MAX = 2 ** 31 - 1
/** More than a number of 2^53 takes at any exponent of ESPI. */
const LONGEST_NUMBER = 64

/** ASCII text that grows at its end. Numbers are written as `Decimal` writes them, without making one. */
export class TextBuffer {
  private bytes = Buffer.allocUnsafe(FIRST_SIZE)
  private length = 0

  clear(): void {
    this.length = 0
  }

  toString(): string {
    return this.bytes.toString('latin1', 0, this.length)
  }

  add(text: Uint8Array): void {
    this.reserve(text.length)
    for (let at = 0; at < text.length; at++) this.bytes[this.length++] = text[at] ?? 0
  }

  /** One ASCII character. */
  addByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.length++] = byte
  }

  /** `integer × 10^exponent` in plain notation, all digits. */
  addNumber(integer: number, exponent: number): void {
    if (exponent > 0 || exponent < -LONGEST_NUMBER / 2) {
      this.add(Buffer.from(new Decimal(BigInt(integer), exponent).toString(), 'latin1'))
      return
    }
    this.reserve(LONGEST_NUMBER)
    if (integer < 0) this.bytes[this.length++] = MINUS
    this.addDigits(Math.abs(integer), -exponent)
  }

  /** From the last digit to the first; at least one stands before the point. */
  private addDigits(integer: number, decimals: number): void {
    const { bytes } = this
    const count = Math.max(digitsOf(integer), decimals + 1)
    const end = this.length + count + (decimals > 0 ? 1 : 0)
    let left = integer
    let at = end
    for (let written = 0; written < count; written++) {
      if (written === decimals && decimals > 0) bytes[--at] = POINT
      const rest = left > INT32_MAX ? Math.floor(left / 10) : (left / 10) | 0
      bytes[--at] = ZERO + (left - rest * 10)
      left = rest
    }
    this.length = end
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}

function digitsOf(integer: number): number {
  let digits = 1
  for (let power = 10; power <= integer; power *= 10) digits++
  return digits
}
