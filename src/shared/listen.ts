import { once } from 'node:events'
import type { Server } from 'node:http'
import { GatewayError } from './errors.ts'

export class PortError extends GatewayError {
  readonly permanent = true
}

/** How long open requests may take to end when a server stops. */
const PATIENCE_MS = 10_000

/** Starts to listen; a port that is taken, or not ours, is a clear error that names the option. */
export async function listen(
  server: Server,
  port: number,
  host: string,
  option: string,
): Promise<{ stop(): Promise<void> }> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new PortError(`${whyNot(error, host, port)}: choose another with ${option}`, { cause: error })
  }
  return {
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), PATIENCE_MS)
      await closed
      clearTimeout(late)
    },
  }
}

function whyNot(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken by another program`
  if (code === 'EACCES') return `port ${port} on ${host} is not allowed for this user`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is not an address of this machine`
  return `cannot listen on ${host} port ${port}`
}
