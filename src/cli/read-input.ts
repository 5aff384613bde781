import { MalformedFeedError } from '../espi/errors.ts'
import type { EspiFeed } from '../espi/model.ts'
import { readFeed } from '../espi/read-feed.ts'
import type { Input } from './inputs.ts'
import type { CommandIo } from './io.ts'
import { newProgress } from './progress.ts'

/** A feed, or the reason why there is none and what to do. */
export async function readInput(
  input: Input,
  { stderr }: Pick<CommandIo, 'stderr'>,
): Promise<EspiFeed | string> {
  const progress = await newProgress(stderr, input)
  try {
    return await readFeed(counted(input.open(), progress.update))
  } catch (error) {
    if (error instanceof MalformedFeedError) return `${input.name}: ${error.message}`
    if (isFileError(error)) return `${input.name}: ${reasonOf(error.code)}`
    throw error
  } finally {
    progress.stop()
  }
}

/** Counts bytes as they lie on disk, so that the time left of a gzip file is right too. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    count(bytes)
    yield chunk
  }
}

/** An error of the file system: it has a code. */
export function isFileError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

/** What an error code of the file system means, and what to do. */
export function reasonOf(code: string): string {
  if (code === 'ENOENT') return 'no such file; check the path'
  if (code === 'EACCES') return 'access is denied for this user; check its permissions'
  if (code === 'EISDIR') return "a folder; name the files in it, e.g. 'FOLDER/*.xml'"
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return 'a file stands where a folder is needed; choose another place'
  if (code === 'ENOSPC') return 'no space is left on the disk; make room and run again'
  return `cannot be read or written (${code})`
}
