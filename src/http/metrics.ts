import { createServer, type Server } from 'node:http'
import type { RequestHandler } from 'express'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  /** Counts and times requests by route and status. */
  observe: RequestHandler
  /** Prometheus text. */
  text(): Promise<string>
}

/** Metrics of this process; `queueCounts` is asked when they are read. */
export function newMetrics(
  utilityIds: readonly string[],
  queueCounts: (utilityId: string) => Promise<Record<string, number>>,
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const seconds = new Histogram({
    name: 'gbcds_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  const queueUp = new Gauge({
    name: 'gbcds_queue_up',
    help: '1 when the queues of all utilities could be counted, else 0; gbcds_sync_jobs then lacks some',
    registers: [registry],
  })
  new Gauge({
    name: 'gbcds_sync_jobs',
    help: 'Jobs in the queue of a utility',
    labelNames: ['utility', 'state'],
    registers: [registry],
    async collect() {
      this.reset()
      const counted = await Promise.allSettled(utilityIds.map(queueCounts))
      queueUp.set(counted.every(({ status }) => status === 'fulfilled') ? 1 : 0)
      for (const [index, utility] of utilityIds.entries()) {
        const counts = counted[index]
        if (counts?.status !== 'fulfilled') continue
        for (const [state, count] of Object.entries(counts.value)) this.set({ utility, state }, count)
      }
    },
  })
  return {
    observe: (request, response, next) => {
      const end = seconds.startTimer({ method: request.method })
      response.once('finish', () => {
        const route: unknown = request.route?.path
        end({ route: typeof route === 'string' ? route : 'none', status: String(response.statusCode) })
      })
      next()
    },
    text: () => registry.metrics(),
  }
}

/** Serves `/metrics` on a port of its own, which stays inside. */
export function serveMetrics(metrics: Pick<Metrics, 'text'>): Server {
  return createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('metrics are at /metrics\n')
      return
    }
    metrics.text().then(
      (text) =>
        response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end('the metrics cannot be read\n'),
    )
  })
}
