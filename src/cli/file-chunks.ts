import { open } from 'node:fs/promises'

const SIZE = 2 ** 18

/** A file, chunk by chunk, all in the same memory: each is gone when the next is asked for. */
export async function* fileChunks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file)
  try {
    const memory = Buffer.allocUnsafe(SIZE)
    for (;;) {
      const { bytesRead } = await handle.read(memory, 0, SIZE)
      if (bytesRead === 0) return
      yield memory.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
