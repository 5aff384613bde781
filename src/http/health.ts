import { Router } from 'express'

export interface HealthDeps {
  /** Throws when PostgreSQL does not answer. */
  pingDatabase(): Promise<void>
  /** Throws when the queues do not answer. */
  pingQueue(): Promise<void>
}

const TIMEOUT_MS = 3000

/** `/healthz`: this process lives. `/readyz`: so do the stores behind it. */
export function healthRoutes({ pingDatabase, pingQueue }: HealthDeps): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', async (_request, response) => {
    const [database, queue] = await Promise.all([check(pingDatabase), check(pingQueue)])
    const ready = database === 'ok' && queue === 'ok'
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'not ready', database, queue })
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
