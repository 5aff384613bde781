/** How far back deflate can refer (RFC 1951 §2). */
export const WINDOW = 32_768

const LONGEST = 258
const SHORTEST = 3
/** Not the last block, fixed Huffman codes (RFC 1951 §3.2.3), lowest bit first. */
const FIXED_BLOCK = { bits: 0b010, width: 3 }
/** The end of the block, and the head of an empty stored one, which ends on a byte (§3.2.4, §3.2.6). */
const END = { bits: 0, width: 10 }
const EMPTY_STORED = [0, 0, 0xff, 0xff]
/** Bytes that one reference takes at most, and all else of a block. */
const REFERENCE_MOST = 4
const AROUND_MOST = 8

interface Code {
  bits: number
  width: number
}

/** A deflate block that says "the `length` bytes that began `distance` bytes ago, again", and ends on a byte (RFC 1951 §3.2.5). */
export function repeatBlock(length: number, distance: number): Buffer {
  const bits = new Bits(Math.ceil(length / (LONGEST - SHORTEST)) * REFERENCE_MOST + AROUND_MOST)
  const back = distanceCode(distance)
  bits.add(FIXED_BLOCK)
  for (let rest = length; rest > 0; ) {
    const taken = nextLength(rest)
    bits.add(taken === LONGEST ? LONGEST_CODE : lengthCode(taken))
    bits.add(back)
    rest -= taken
  }
  bits.add(END)
  return bits.end(EMPTY_STORED)
}

/** As much as one reference takes, without leaving a rest too short for another. */
function nextLength(rest: number): number {
  return rest <= LONGEST ? rest : Math.min(LONGEST, rest - SHORTEST)
}

/** Symbol 285: seen much more often than any other. */
const LONGEST_CODE: Code = { bits: reversed(0b11000101, 8), width: 8 }

/** Symbols 257 to 284: four for each number of extra bits, after the first eight. */
function lengthCode(length: number): Code {
  const over = length - SHORTEST
  const extra = Math.max(0, 29 - Math.clz32(over))
  const symbol = 257 + 4 * extra + (over >> extra)
  const code = symbol < 280 ? reversed(symbol - 256, 7) : reversed(0b11000000 + symbol - 280, 8)
  return withExtra({ bits: code, width: symbol < 280 ? 7 : 8 }, over, extra)
}

/** Symbols 0 to 29: two for each number of extra bits, after the first four. */
function distanceCode(distance: number): Code {
  const over = distance - 1
  const extra = Math.max(0, 30 - Math.clz32(over))
  return withExtra({ bits: reversed(2 * extra + (over >> extra), 5), width: 5 }, over, extra)
}

/** A symbol, and after it the lowest bits of what it stands for. */
function withExtra({ bits, width }: Code, value: number, extra: number): Code {
  return { bits: bits | ((value & ((1 << extra) - 1)) << width), width: width + extra }
}

/** Huffman codes enter a byte from their highest bit, all else from its lowest (§3.1.1). */
function reversed(code: number, width: number): number {
  let turned = 0
  for (let bit = 0; bit < width; bit++) turned |= ((code >> bit) & 1) << (width - 1 - bit)
  return turned
}

/** Bits fill bytes from the lowest on. */
class Bits {
  readonly #bytes: Buffer
  #at = 0
  #pending = 0
  #width = 0

  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes)
  }

  add({ bits, width }: Code): void {
    this.#pending |= bits << this.#width
    this.#width += width
    for (; this.#width >= 8; this.#width -= 8, this.#pending >>>= 8) this.#put(this.#pending & 0xff)
  }

  /** Fills the byte that was begun, and adds others. */
  end(more: readonly number[]): Buffer {
    if (this.#width > 0) this.#put(this.#pending)
    for (const byte of more) this.#put(byte)
    return this.#bytes.subarray(0, this.#at)
  }

  #put(byte: number): void {
    this.#bytes[this.#at++] = byte
  }
}
