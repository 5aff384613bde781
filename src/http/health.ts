import { Router } from 'express'

export interface HealthDeps {
  /** Throws when PostgreSQL does not answer. */
  pingDatabase(): Promise<void>
  /** Throws when the queues do not answer. */
  pingQueue(): Promise<void>
}

const TIMEOUT_MS = 2000

/**
 * `/healthz`: this process lives. `/readyz`: it can answer. Without the queues it still can, and what it accepts is done later: 200, but
 * `degraded`.
 */
export function healthRoutes({ pingDatabase, pingQueue }: HealthDeps): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', async (_request, response) => {
    const [database, queue] = await Promise.all([check(pingDatabase), check(pingQueue)])
    const status = database === 'down' ? 'not ready' : queue === 'down' ? 'degraded' : 'ok'
    response.status(database === 'ok' ? 200 : 503).json({ status, database, queue })
  })
  return router
}

async function check(ping: () => Promise<void>): Promise<'ok' | 'down'> {
  const late = new Promise<'down'>((resolve) => setTimeout(resolve, TIMEOUT_MS, 'down').unref())
  const answer = ping().then(
    () => 'ok' as const,
    () => 'down' as const,
  )
  return Promise.race([answer, late])
}
