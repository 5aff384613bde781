import type { Writable } from 'node:stream'
import type { GenericBar } from 'cli-progress'
import type { Input } from './inputs.ts'

export interface Progress {
  update(bytes: number): void
  stop(): void
}

const MEGA = 1e6
/** Small files are done before a bar could be read. */
const WORTH_SHOWING = 2 * MEGA

/** A bar on a terminal for files that take a while: share, megabytes, rate, time left. Elsewhere nothing. */
export async function newProgress(
  stderr: Writable & { isTTY?: boolean },
  { name, size = 0 }: Pick<Input, 'name' | 'size'>,
): Promise<Progress> {
  if (!stderr.isTTY || size < WORTH_SHOWING) return { update: () => undefined, stop: () => undefined }
  const { Presets, SingleBar } = await import('cli-progress')
  const format = `${plain(name)} [{bar}] {percentage}% | {value}/{total} MB | {rate} MB/s | {eta_formatted} left`
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true }, Presets.legacy)
  const started = performance.now()
  bar.start(Math.ceil(size / MEGA), 0, { rate: '…' })
  return { update: (bytes) => show(bar, bytes, performance.now() - started), stop: () => bar.stop() }
}

function show(bar: Pick<GenericBar, 'update'>, bytes: number, elapsedMs: number): void {
  const rate = elapsedMs > 0 ? Math.round(bytes / MEGA / (elapsedMs / 1000)) : 0
  bar.update(Math.floor(bytes / MEGA), { rate })
}

/** A file's name must not be taken for a part of the bar's format. */
function plain(name: string): string {
  return name.replace(/[{}]/g, '_')
}
