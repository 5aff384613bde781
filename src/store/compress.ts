import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
const decompress = promisify(zstdDecompress)
const compress = promisify(zstdCompress)

/** Bytes become zstd bytes, in a thread of the pool. */
export async function compressBytes(bytes: Uint8Array): Promise<Buffer> {
  return compress(bytes, level)
}

/** The bytes again. */
export async function decompressBytes(bytes: Uint8Array): Promise<Buffer> {
  return decompress(bytes)
}
