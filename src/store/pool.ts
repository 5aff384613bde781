import pg from 'pg'

/** Where PostgreSQL is: a URL, or the socket folder of the embedded server. */
export type PostgresAddress =
  | { connectionString: string }
  | { host: string; database: string; user: string; port: number }

export interface PoolOptions extends pg.PoolConfig {
  /** Told when a connection ends by itself; whoever was using it gets the error too. */
  onLost?: ((error: Error) => void) | undefined
}

/** Nobody waits for ever: not for a connection, and nobody for a row that a forgotten transaction locked. */
const PATIENCE = {
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  idle_in_transaction_session_timeout: 60_000,
} as const satisfies pg.PoolConfig

/**
 * The one place that makes a pool. A connection that ends is an event, never the end of the process: pg-pool listens to a client
 * only while it idles, so each client gets a listener that stays while it is in use.
 */
export function newPool({ onLost = () => {}, ...options }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({ ...PATIENCE, application_name: 'gbcds', ...options })
  // The client's own listener has told of it already.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    // A client that dies may say so more than once.
    let told = false
    client.on('error', (error) => {
      if (!told) onLost(error)
      told = true
    })
  })
  return pool
}

/** Runs something on a connection of its own, which is closed afterwards. */
export async function withClient<T>(
  address: PostgresAddress,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ ...PATIENCE, application_name: 'gbcds', ...address })
  // The query under way fails with it.
  client.on('error', () => {})
  try {
    await client.connect()
    return await run(client)
  } finally {
    await client.end().catch(() => {})
  }
}
