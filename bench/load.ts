import { performance } from 'node:perf_hooks'
import autocannon from 'autocannon'

export interface Load {
  perSecond: number
  /** Milliseconds that half of the requests, and 99 of 100, took at most. */
  p50: number
  p99: number
  /** How much of the time this process's event loop, that of the server, had work: far below 1, the client was the limit. */
  busy: number
}

export const CONNECTIONS = 8
const WARM_UP_SECONDS = 2
const SECONDS = 3

/** Asks for a URL over and over, or `rate` times a second, from a thread of its own, of a server that runs in this one. */
export async function load(url: string, headers: Record<string, string>, rate?: number): Promise<Load> {
  await ask(url, headers, { duration: WARM_UP_SECONDS, rate })
  const before = performance.eventLoopUtilization()
  const result = await ask(url, headers, { duration: SECONDS, rate })
  const { utilization } = performance.eventLoopUtilization(before)
  return {
    perSecond: result['2xx'] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    busy: utilization,
  }
}

async function ask(
  url: string,
  headers: Record<string, string>,
  { duration, rate }: { duration: number; rate: number | undefined },
): Promise<autocannon.Result> {
  const paced = rate === undefined ? {} : { overallRate: Math.max(1, Math.round(rate)) }
  const result = await autocannon({ url, headers, duration, connections: CONNECTIONS, workers: 1, ...paced })
  const failed = result.non2xx + result.errors
  if (failed > 0 || result['2xx'] === 0)
    throw new Error(`${failed} requests failed, ${result['2xx']} did not`)
  return result
}
