import type { Writable } from 'node:stream'
import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  update(bytes: number): void
  stop(): void
}

const MEGA = 1e6
/** Small files are done before a bar could be read. */
const WORTH_SHOWING = 2 * MEGA

/** A bar on a terminal for files that take a while; elsewhere nothing. */
export function newProgress(stderr: Writable & { isTTY?: boolean }, name: string, size: number): Progress {
  if (!stderr.isTTY || size < WORTH_SHOWING) return { update: () => undefined, stop: () => undefined }
  const format = `${name} [{bar}] {percentage}% | {value}/{total} MB | {eta} s left`
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true }, Presets.legacy)
  bar.start(Math.ceil(size / MEGA), 0)
  return { update: (bytes) => bar.update(Math.floor(bytes / MEGA)), stop: () => bar.stop() }
}
