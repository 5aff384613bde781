import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const EVERY_MS = 2000
const KIBIBYTE = 1024

/** What the processes of one name held over time, in bytes. */
export interface MemorySamples {
  name: string
  at: number
  bytes: number
}

interface Watched {
  readonly name: string
  readonly pid: number | undefined
}

/** Notes what each process holds, every two seconds until stopped. */
export function watchMemory(parts: readonly Watched[]): { samples: MemorySamples[]; stop(): void } {
  const samples: MemorySamples[] = []
  const timer = setInterval(() => void sample(parts, samples), EVERY_MS)
  timer.unref()
  return { samples, stop: () => clearInterval(timer) }
}

async function sample(parts: readonly Watched[], samples: MemorySamples[]): Promise<void> {
  const byPid = new Map(parts.map(({ pid, name }) => [pid, name]))
  const pids = [...byPid.keys()].filter((pid) => pid !== undefined)
  if (pids.length === 0) return
  const asked = ['-o', 'pid=,rss=', '-p', pids.join(',')]
  const stdout = await promisify(execFile)('ps', asked).then(
    (done) => done.stdout,
    () => '',
  )
  for (const [, pid, rss] of stdout.matchAll(/^\s*(\d+)\s+(\d+)/gm)) {
    const name = byPid.get(Number(pid))
    if (name !== undefined) samples.push({ name, at: Date.now(), bytes: Number(rss) * KIBIBYTE })
  }
}

/** The most that any process of the name held in each third of the time. */
export function thirds(samples: readonly MemorySamples[], name: string): [number, number, number] {
  const [from, to] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0]
  const peak = (third: number): number => {
    const isIn = ({ at }: MemorySamples): boolean =>
      Math.min(2, Math.floor((3 * (at - from)) / (to - from + 1))) === third
    return Math.max(
      0,
      ...samples.filter((each) => each.name === name && isIn(each)).map(({ bytes }) => bytes),
    )
  }
  return [peak(0), peak(1), peak(2)]
}
