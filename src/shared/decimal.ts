declare global {
  interface JSON {
    rawJSON(text: string): unknown
    isRawJSON(value: unknown): boolean
  }
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * An exact decimal, `coefficient × 10^exponent` (CDS-WG1-02 §2 "decimal": never a float). Every digit that came in goes
 * out: `1.230` stays `1.230`. In JSON it is a number with exactly those digits.
 */
export class Decimal {
  readonly coefficient: bigint
  readonly exponent: number

  constructor(coefficient: bigint, exponent = 0) {
    this.coefficient = coefficient
    this.exponent = exponent
  }

  /** Text of a JSON or XML number becomes a decimal; undefined when it is not one. */
  static parse(text: string): Decimal | undefined {
    const match = NUMBER.exec(text)
    if (!match) return undefined
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
    const power = Number(exponent)
    if (!Number.isSafeInteger(power) || Math.abs(power) > 400) return undefined
    return new Decimal(BigInt(`${sign}${whole}${fraction}`), power - fraction.length)
  }

  negate(): Decimal {
    return new Decimal(-this.coefficient, this.exponent)
  }

  plus(other: Decimal): Decimal {
    const exponent = Math.min(this.exponent, other.exponent)
    return new Decimal(this.coefficientAt(exponent) + other.coefficientAt(exponent), exponent)
  }

  /** The same number times 10^power: only the point moves. */
  scale(power: number): Decimal {
    return new Decimal(this.coefficient, this.exponent + power)
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.coefficient * other.coefficient, this.exponent + other.exponent)
  }

  /** Same number, whatever the trailing zeros. */
  equals(other: Decimal): boolean {
    return this.minus(other).coefficient === 0n
  }

  minus(other: Decimal): Decimal {
    return this.plus(other.negate())
  }

  /** Plain notation, all digits: `-0.500`, `1200`. */
  toString(): string {
    if (this.exponent >= 0) return (this.coefficient * 10n ** BigInt(this.exponent)).toString()
    const negative = this.coefficient < 0n
    const digits = (negative ? -this.coefficient : this.coefficient)
      .toString()
      .padStart(1 - this.exponent, '0')
    const point = digits.length + this.exponent
    return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
  }

  toJSON(): unknown {
    return JSON.rawJSON(this.toString())
  }

  private coefficientAt(exponent: number): bigint {
    return this.coefficient * 10n ** BigInt(this.exponent - exponent)
  }
}
