import { readFileSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'

const SIZE = 2 ** 18

/** A file, chunk by chunk, all in the same memory: each is gone when the next is asked for. */
export function fileChunks(
  file: string,
  stats: Pick<Stats, 'size' | 'isFile'> | undefined,
): AsyncIterable<Uint8Array> {
  return stats?.isFile() && stats.size <= SIZE ? wholeFile(file) : chunksOf(file)
}

/** Read at once: to ask a thread for a small file and wait takes longer. The event loop turns once, so that Ctrl-C is heard. */
async function* wholeFile(file: string): AsyncGenerator<Uint8Array> {
  await setImmediate()
  yield readFileSync(file)
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
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
