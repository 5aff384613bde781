import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from './child-process.ts'
import { EmbeddedPostgresError } from './errors.ts'
import {
  type Log,
  type Server,
  spawnPostmaster,
  stopOrphan,
  stopPostmaster,
  waitUntilReady,
} from './postmaster.ts'

/** How often a server that ends by itself is started again, and the pause before the first time; each further one is twice as long. */
export interface RestartLimit {
  times: number
  withinMs: number
  pauseMs: number
}

export const RESTARTS: RestartLimit = { times: 5, withinMs: 600_000, pauseMs: 500 }

export interface Supervision {
  log: Log
  restarts: RestartLimit
  /** Called once when the server ended too often. */
  onDeath: (error: EmbeddedPostgresError) => void
}

/**
 * Starts the server and waits until it answers; when it ends without having been asked to, starts it again on the same socket and
 * data, up to a limit.
 */
export async function supervise(
  server: Server,
  supervision: Supervision,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController()
  let running = spawnPostmaster(server, supervision.log)
  // Ends the server when this process ends without having stopped it.
  const stopOnExit = (): void => void running.child.kill('SIGINT')
  process.once('exit', stopOnExit)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await stopPostmaster(running)
    process.off('exit', stopOnExit)
    server.socket.remove()
  }
  const started = (next: Running): void => {
    running = next
  }
  try {
    await firstStart(running, server, { ...supervision, started })
  } catch (error) {
    await stop()
    throw error
  }
  const watching = keepRunning(running, server, { ...supervision, signal: stopping.signal, started })
  return {
    stop: async () => {
      await stop()
      await watching
    },
  }
}

/** Waits until the server answers. One that is killed while it starts is started again; one that ends by itself has said why. */
async function firstStart(
  first: Running,
  server: Server,
  { log, restarts, started }: Supervision & { started(running: Running): void },
): Promise<void> {
  let running = first
  for (let restart = 1; ; restart += 1) {
    try {
      return await waitUntilReady(running, server.socket.path)
    } catch (error) {
      const wasKilled = running.hasEnded() && (await running.ended).startsWith('SIG')
      if (!wasKilled || restart > restarts.times) throw error
      log.error({ restart }, 'PostgreSQL was killed while it started; starting it again')
      await sleep(restarts.pauseMs)
      await stopOrphan(server.clusterDir, log)
      server.socket.clear()
      running = spawnPostmaster(server, log)
      started(running)
    }
  }
}

/** Never rejects: the end of all attempts goes to `onDeath`. */
async function keepRunning(
  first: Running,
  server: Server,
  options: Supervision & { signal: AbortSignal; started(running: Running): void },
): Promise<void> {
  const { log, restarts, onDeath, signal, started } = options
  let ends: number[] = []
  let running = first
  for (;;) {
    const how = await running.ended
    if (signal.aborted) return
    const now = performance.now()
    ends = [...ends.filter((at) => now - at < restarts.withinMs), now]
    if (ends.length > restarts.times) return onDeath(endedTooOften(how, restarts))
    const pauseMs = restarts.pauseMs * 2 ** (ends.length - 1)
    log.error({ how, restart: ends.length, pauseMs }, 'the embedded PostgreSQL ended; starting it again')
    try {
      await sleep(pauseMs, undefined, { signal })
      await stopOrphan(server.clusterDir, log)
      signal.throwIfAborted()
      server.socket.clear()
      running = spawnPostmaster(server, log)
      started(running)
      await waitUntilReady(running, server.socket.path)
      log.info('the embedded PostgreSQL runs again')
    } catch (error) {
      if (signal.aborted) return
      // Counted as another end.
      log.error(
        { error: error instanceof Error ? error.message : 'unknown' },
        'PostgreSQL did not start again',
      )
      await stopPostmaster(running)
    }
  }
}

function endedTooOften(how: string, { times, withinMs }: RestartLimit): EmbeddedPostgresError {
  const often = times === 0 ? '' : `, ${times + 1} times within ${withinMs / 60_000} minutes`
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL ended unexpectedly (${how})${often}. Restart the gateway.`,
  )
}
